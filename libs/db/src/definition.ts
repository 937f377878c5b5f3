import type { Db } from './database.js';
import type { DefinitionType, DefinitionVersionRow } from './schema/index.js';
import type { Page, PageRequest } from './page.js';

/** Who changes a definition; recorded with the version. */
export interface Authorship {
  /** Id of the identity; absent = the system. */
  author?: number | undefined;
}

/** Grows with each change of a definition: caches of definitions are right while it stays the same. */
export declare function currentEpoch(db: Db): Promise<number>;
export declare function listDefinitionVersions(
  db: Db,
  filter: { entityType: DefinitionType; ref: string },
  page: PageRequest,
): Promise<Page<DefinitionVersionRow>>;
export declare function findDefinitionVersion(db: Db, id: number): Promise<DefinitionVersionRow | undefined>;
