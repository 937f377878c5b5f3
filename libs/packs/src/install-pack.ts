import type { Db } from '@attune/db';

import type { LoadedPack } from './pack-contents.js';

/** One definition that an install created, changed or removed: the body of a `definition.changed` message. */
export interface DefinitionChange {
  readonly entityType: string;
  readonly id: number;
  readonly ref: string;
  readonly version: number;
  readonly change: 'created' | 'updated' | 'deleted';
}

export interface InstallOptions {
  /** Identity that installs and so owns the pack's rules. */
  readonly installedBy?: number;
}

export interface InstallOutcome {
  readonly packId: number;
  readonly ref: string;
  /** False when the same content is installed already: nothing was written. */
  readonly changed: boolean;
  /** What to publish as `definition.changed`, after the commit, which has happened. */
  readonly changes: readonly DefinitionChange[];
}

/**
 * Makes the database say what the pack's files say, in one transaction. The same content again is a read;
 * several processes installing at once take turns, and the second finds nothing to do. Components that left
 * the files are removed; those made through the API stay.
 */
export declare function installPack(
  db: Db,
  pack: LoadedPack,
  options?: InstallOptions,
): Promise<InstallOutcome>;
