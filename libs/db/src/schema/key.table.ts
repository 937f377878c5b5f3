import type { OwnerType } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, RequiredJson, Nullable, Stamp } from './column.js';

/** A configuration value or secret with an owner. Owners are named by ref (identities by login). */
export interface KeyTable {
  id: Id;
  ref: string;
  owner_type: OwnerType;
  /** '' for the system. */
  owner: Defaulted<string>;
  owner_identity: Nullable<number>;
  owner_pack: Nullable<number>;
  owner_action: Nullable<number>;
  owner_sensor: Nullable<number>;
  name: string;
  description: Nullable<string>;
  encrypted: Defaulted<boolean>;
  encryption_key_id: Nullable<string>;
  value: RequiredJson;
  created: Stamp;
  updated: Stamp;
}

export type KeyRow = Selectable<KeyTable>;
