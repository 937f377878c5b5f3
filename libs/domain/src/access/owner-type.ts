/** Who a key or an artifact belongs to. */
export const ownerTypes = ['system', 'identity', 'pack', 'action', 'sensor'] as const;
export type OwnerType = (typeof ownerTypes)[number];

export const auditCategories = ['api', 'auth', 'rbac', 'secret', 'admin', 'execution', 'pack'] as const;
export type AuditCategory = (typeof auditCategories)[number];

export const auditOutcomes = ['success', 'failure', 'denied'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];
