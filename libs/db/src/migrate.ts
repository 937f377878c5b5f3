import type { Db } from './database.js';

export class SchemaMismatchError extends Error {}

/**
 * Brings the schema up to date and returns the names of the files applied now. Run by several processes at
 * once, each file is applied once; a file that changed after it was applied is an error.
 */
export declare function migrate(db: Db): Promise<string[]>;
/** Throws SchemaMismatchError when the schema is not the one this program was built for. */
export declare function checkSchema(db: Db): Promise<void>;
