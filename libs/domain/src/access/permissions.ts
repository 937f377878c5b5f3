/** Every resource and what may be done to it: the closed list of permissions. */
export const resourceActions = {
  packs: ['read', 'create', 'install', 'configure', 'update', 'delete'],
  actions: ['read', 'create', 'update', 'delete', 'execute'],
  triggers: ['read', 'create', 'update', 'delete'],
  sensors: ['read', 'create', 'update', 'delete', 'manage'],
  rules: ['read', 'create', 'update', 'delete'],
  policies: ['read', 'create', 'update', 'delete'],
  queues: ['read', 'create', 'update', 'delete'],
  events: ['read', 'create', 'manage'],
  /** Release: letting a held match go on, or dropping it. */
  enforcements: ['read', 'decrypt', 'release'],
  executions: ['read', 'execute', 'update', 'cancel', 'decrypt'],
  inquiries: ['read', 'create', 'update', 'delete', 'respond'],
  keys: ['read', 'create', 'update', 'delete', 'decrypt'],
  artifacts: ['read', 'create', 'update', 'delete'],
  runtimes: ['read', 'create', 'update', 'delete'],
  workers: ['read', 'manage'],
  timers: ['read'],
  webhooks: ['read', 'manage'],
  notifications: ['read', 'manage'],
  retention: ['read', 'update'],
  /** `credentials`: setting the password of somebody else, or which account elsewhere is theirs. */
  identities: ['read', 'create', 'update', 'delete', 'credentials'],
  permissions: ['read', 'manage'],
  /** Minting: having the API sign tokens for sensors, for a worker, for the executions of a worker. */
  tokens: ['read', 'create', 'delete', 'mint_sensor', 'mint_worker', 'mint_execution'],
  audit_log: ['read'],
  ledger: ['read'],
  system: ['read', 'manage'],
} as const;

type ResourceActions = typeof resourceActions;
export type Resource = keyof ResourceActions;
export type ResourceAction = ResourceActions[Resource][number];

/** `rules:read`, and nothing that is not in the table above. */
export type Permission = { [R in Resource]: `${R}:${ResourceActions[R][number]}` }[Resource];

export const resources = Object.keys(resourceActions) as Resource[];

export const permissions: readonly Permission[] = resources.flatMap((resource) =>
  resourceActions[resource].map((action) => `${resource}:${action}` as Permission),
);
