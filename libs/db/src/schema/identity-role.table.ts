import type { Selectable } from 'kysely';
import type { Defaulted, Id, Stamp } from './column.js';

/** Roles are labels: identity ↔ role. `managed` rows follow an identity provider. */
export interface IdentityRoleTable {
  id: Id;
  identity: number;
  role: string;
  source: Defaulted<string>;
  managed: Defaulted<boolean>;
  created: Stamp;
  updated: Stamp;
}

export type IdentityRoleRow = Selectable<IdentityRoleTable>;
