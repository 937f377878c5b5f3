export { notifierConfig } from './config.js';
export type { NotifierConfig } from './config.js';
export { createNotifier } from './notifier.service.js';
export type { Notifier, NotifierDependencies } from './notifier.service.js';
