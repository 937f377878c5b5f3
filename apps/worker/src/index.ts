export { createWorker } from './worker.service.js';
export type { WorkerDependencies } from './worker.service.js';
export { workerConfig } from './config.js';
export type { WorkerConfig } from './config.js';
