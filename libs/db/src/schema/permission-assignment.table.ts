import type { Selectable } from 'kysely';
import type { Id, Stamp } from './column.js';

export interface PermissionAssignmentTable {
  id: Id;
  identity: number;
  permset: number;
  created: Stamp;
}

export type PermissionAssignmentRow = Selectable<PermissionAssignmentTable>;
