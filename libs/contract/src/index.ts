export * from './client/api-error.js';
export { createClient } from './client/client.js';
export type {
  CallInput,
  CallOutput,
  Client,
  ClientMethod,
  ClientOptions,
  StreamEvent,
} from './client/client.js';
export * from './resources/action.contract.js';
export * from './resources/auth.contract.js';
export * from './resources/enforcement.contract.js';
export * from './resources/event.contract.js';
export * from './resources/execution.contract.js';
export * from './resources/pack.contract.js';
export * from './resources/rule.contract.js';
export * from './resources/system.contract.js';
export * from './resources/trigger.contract.js';
export * from './resources/webhook.contract.js';
export * from './route/envelope.js';
export * from './route/error-code.js';
export * from './route/fields.js';
export * from './route/permission.js';
export * from './route/route.js';
export { listRoutes, routes } from './routes.js';
export type { Routes } from './routes.js';
