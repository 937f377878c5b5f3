import type { Stamp } from './column.js';

/** Which migration files this database has, and what they said. */
export interface MigrationTable {
  number: number;
  name: string;
  /** sha256 of the file, hex. */
  checksum: string;
  applied_at: Stamp;
}
