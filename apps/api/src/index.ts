export { createApi } from './api.service.js';
export type { Api, ApiDependencies } from './api.service.js';
export { ensureDaemonToken } from './auth/daemon-account.js';
export { apiConfig, withFirstAccount } from './config.js';
export type { ApiConfig } from './config.js';
