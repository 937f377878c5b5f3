import { toInsert } from '../columns.js';
import type { Db } from '../database.js';
import { allOf, between, equals, matchesRef } from '../filter.js';
import type { Page, PageRequest } from '../page.js';
import { byAge, fetchPage } from '../page.js';
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
  /** `*` is a wildcard. */
  resource_ref?: string | undefined;
  request_id?: string | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

/** In the transaction of the change it records. */
export async function insertAuditEvent(db: Db, values: NewAuditEvent): Promise<AuditEventRow> {
  return db
    .insertInto('audit_event')
    .values(toInsert('audit_event', values))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Newest first. */
export async function listAuditEvents(
  db: Db,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEventRow>> {
  const conditions = allOf(
    equals('audit_event.category', filter.category),
    equals('audit_event.event_type', filter.event_type),
    equals('audit_event.outcome', filter.outcome),
    equals('audit_event.actor_identity', filter.actor_identity),
    equals('audit_event.resource_type', filter.resource_type),
    equals('audit_event.resource_id', filter.resource_id),
    matchesRef('audit_event.resource_ref', filter.resource_ref),
    equals('audit_event.request_id', filter.request_id),
    between('audit_event.created', filter.created_after, filter.created_before),
  );
  const query = db.selectFrom('audit_event').selectAll().where(conditions);
  return fetchPage(query, byAge('audit_event'), page);
}
