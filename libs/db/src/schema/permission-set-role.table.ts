import type { Selectable } from 'kysely';
import type { Id, Stamp } from './column.js';

/** Roles are labels: permission set ↔ role. */
export interface PermissionSetRoleTable {
  id: Id;
  permset: number;
  role: string;
  created: Stamp;
}

export type PermissionSetRoleRow = Selectable<PermissionSetRoleTable>;
