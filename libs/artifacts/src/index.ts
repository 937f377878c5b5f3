export * from './apply-retention.js';
export type * from './artifact-context.js';
export type * from './artifact-storage.js';
export * from './byte-range.js';
export * from './file-storage.js';
export * from './open-version.js';
export * from './remove-artifact.js';
export * from './store-version.js';
export * from './sweep-orphans.js';
