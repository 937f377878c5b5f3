import type { Grant } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Json, Nullable, Stamp } from './column.js';

/** A named list of grants. */
export interface PermissionSetTable {
  id: Id;
  ref: string;
  pack: number;
  pack_ref: string;
  label: Nullable<string>;
  description: Nullable<string>;
  grants: Json<Grant[]>;
  created: Stamp;
  updated: Stamp;
  is_adhoc: Defaulted<boolean>;
}

export type PermissionSetRow = Selectable<PermissionSetTable>;
