import type { Selectable } from 'kysely';
import type { Id, RequiredJson, Nullable, Stamp } from './column.js';

export const definitionTypes = [
  'pack',
  'runtime',
  'trigger',
  'sensor',
  'action',
  'rule',
  'policy',
  'permission_set',
] as const;
export type DefinitionType = (typeof definitionTypes)[number];

/** What a definition said from one change to the next. Immutable; outlives the definition. */
export interface DefinitionVersionTable {
  id: Id;
  entity_type: DefinitionType;
  entity: number;
  entity_ref: string;
  /** Counts per type and ref, from 1. */
  version: number;
  content: RequiredJson<Record<string, unknown>>;
  content_hash: string;
  author: Nullable<number>;
  created: Stamp;
}

export type DefinitionVersionRow = Selectable<DefinitionVersionTable>;
