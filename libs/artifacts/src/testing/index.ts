export * from './byte-sources.js';
export * from './describe-storage.js';
export * from './file-world.js';
