export * from './bus-world.js';
export * from './describe-bus.js';
export * from './received.js';
export * from './record-publisher.js';
export * from './spy-on-exchanges.js';
export * from './use-test-bus.js';
