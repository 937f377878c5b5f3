/** What happens to an execution beyond a policy's limit: it waits, it is cancelled, or the oldest running one is. */
export const policyMethods = ['enqueue', 'cancel_new', 'cancel_running'] as const;
export type PolicyMethod = (typeof policyMethods)[number];
