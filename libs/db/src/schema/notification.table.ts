import type { Selectable } from 'kysely';
import type { EnumLabel } from '@attune/domain';
import type { Defaulted, Id, NullableJson, Stamp } from './column.js';

/** A change somebody subscribed to. */
export interface NotificationTable {
  id: Id;
  channel: string;
  entity_type: string;
  entity: string;
  activity: string;
  state: Defaulted<EnumLabel<'notification_status_enum'>>;
  content: NullableJson;
  created: Stamp;
  updated: Stamp;
}

export type NotificationRow = Selectable<NotificationTable>;
