/** Resources and the actions on them, as grants of permission sets name them. */
export const permissionActions = {
  packs: ['read', 'create', 'install', 'configure', 'delete'],
  actions: ['read', 'create', 'update', 'delete', 'execute'],
  triggers: ['read', 'create', 'update', 'delete'],
  rules: ['read', 'create', 'update', 'delete'],
  events: ['read', 'create'],
  enforcements: ['read', 'decrypt'],
  executions: ['read', 'update', 'cancel', 'decrypt'],
  ledger: ['read'],
} as const;

type Actions = typeof permissionActions;
export type Permission = { [R in keyof Actions]: `${R}:${Actions[R][number]}` }[keyof Actions];
