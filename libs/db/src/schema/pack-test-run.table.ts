import type { Selectable } from 'kysely';
import type { Id, RequiredJson, Stamp } from './column.js';

/** Results of a pack's own tests. */
export interface PackTestRunTable {
  id: Id;
  pack: number;
  pack_ref: string;
  pack_version: string;
  trigger_reason: 'install' | 'update' | 'manual' | 'validation';
  total: number;
  passed: number;
  failed: number;
  skipped: number;
  duration_ms: number;
  result: RequiredJson;
  created: Stamp;
}

export type PackTestRunRow = Selectable<PackTestRunTable>;
