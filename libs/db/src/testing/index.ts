export { fillLargeTables } from './bulk.js';
export * from './count-statements.js';
export * from './definition.factory.js';
export * from './instance.factory.js';
export * from './make-older.js';
export * from './process.factory.js';
export { untilSomebodyWaits } from './race.js';
export * from './test-database.js';
export { storedRows } from './stored-rows.js';
