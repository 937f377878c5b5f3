/** Runtimes a worker brings along. An action names one as `core.<name>`; its dispatch queue is `dispatch.<name>`. */
export const runtimeNames = ['shell', 'python', 'nodejs', 'native', 'http', 'noop'] as const;

export type RuntimeName = (typeof runtimeNames)[number];
