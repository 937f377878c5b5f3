export { createExecutor } from './executor.service.js';
export type { ExecutorDependencies } from './executor.service.js';
export { executorConfig } from './config.js';
export type { ExecutorConfig } from './config.js';
