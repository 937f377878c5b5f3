import type { Db } from '../database.js';
import type { Page, PageRequest } from '../page.js';
import type { AuditEventRow } from '../schema/index.js';

export type NewAuditEvent = Pick<AuditEventRow, 'category' | 'event_type' | 'outcome'> & {
  [Column in Exclude<keyof AuditEventRow, 'id' | 'created' | 'category' | 'event_type' | 'outcome'>]?:
    AuditEventRow[Column] | undefined;
};

export interface AuditFilter {
  category?: AuditEventRow['category'] | undefined;
  event_type?: string | undefined;
  outcome?: AuditEventRow['outcome'] | undefined;
  actor_identity?: number | undefined;
  resource_type?: string | undefined;
  resource_id?: number | undefined;
  resource_ref?: string | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

/** In the transaction of the change it records. */
export declare function insertAuditEvent(db: Db, values: NewAuditEvent): Promise<AuditEventRow>;
/** Newest first. */
export declare function listAuditEvents(
  db: Db,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEventRow>>;
