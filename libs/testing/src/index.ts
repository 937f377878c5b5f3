export * from './describe-lifecycle.js';
export * from './test-services.js';
export * from './wait-until.js';
