import type { Db } from '@attune/db';
import type { Log } from '@attune/service';

import type { ArtifactStorage } from './artifact-storage.js';

/** What work on artifacts needs from its process. */
export interface ArtifactContext {
  /** Not a transaction: bytes come before the commit of a row and go after it. */
  readonly db: Db;
  readonly storage: ArtifactStorage;
  readonly log: Log;
}
