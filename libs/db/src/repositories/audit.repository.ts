import type { Db } from '../database.js';
import { between, equals, matchesRef } from '../filter.js';
import { toJson } from '../json.js';
import { byAge } from '../page.js';
import type { AuditEventRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';

export type NewAuditEvent = Pick<AuditEventRow, 'category' | 'event_type' | 'outcome'> & {
  [Column in Exclude<keyof AuditEventRow, 'id' | 'created' | 'category' | 'event_type' | 'outcome'>]?:
    AuditEventRow[Column] | undefined;
};

export interface AuditFilter {
  category?: AuditEventRow['category'] | undefined;
  /** `*` is a wildcard, here and where it says so. */
  event_type?: string | undefined;
  outcome?: AuditEventRow['outcome'] | undefined;
  actor_identity?: number | undefined;
  /** With wildcards. */
  actor_login?: string | undefined;
  resource_type?: string | undefined;
  resource_id?: number | undefined;
  /** With wildcards. */
  resource_ref?: string | undefined;
  request_id?: string | undefined;
  /** In any case. */
  http_method?: string | undefined;
  /** Pattern of a route, with wildcards. */
  http_path?: string | undefined;
  http_status?: number | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

const events = tableOf('audit_event');

/*
 * As JSON, so that the text of strangers, such as the login somebody tried, is stored whatever it contains. Ids are
 * drawn in the order of the batch: those of one instant are listed in it.
 */
const insertStatement = statement<AuditEventRow>(
  'insert_audit_events',
  `insert into attune.audit_event (
  category, event_type, outcome, actor_identity, actor_login, actor_token_type, actor_ip, actor_user_agent,
  request_id, resource_type, resource_id, resource_ref, http_method, http_path, http_status, duration_ms, details
)
select
  e.category, e.event_type, e.outcome, e.actor_identity, e.actor_login, e.actor_token_type, e.actor_ip,
  e.actor_user_agent, e.request_id, e.resource_type, e.resource_id, e.resource_ref, e.http_method, e.http_path,
  e.http_status, e.duration_ms, e.details
from jsonb_to_recordset($1::jsonb) as e(
  ord integer, category attune.audit_category_enum, event_type text, outcome attune.audit_outcome_enum,
  actor_identity bigint, actor_login text, actor_token_type text, actor_ip text, actor_user_agent text,
  request_id text, resource_type text, resource_id bigint, resource_ref text, http_method text, http_path text,
  http_status integer, duration_ms integer, details jsonb
)
order by e.ord
returning *`,
);

/** In the transaction of the change it records. */
export async function insertAuditEvent(db: Db, values: NewAuditEvent): Promise<AuditEventRow> {
  const [row] = await insertAuditEvents(db, [values]);
  return row as AuditEventRow;
}

/** A batch in one statement; answers in the order given. */
export async function insertAuditEvents(db: Db, batch: readonly NewAuditEvent[]): Promise<AuditEventRow[]> {
  return insertStatement.run(db, [toJson(batch.map((values, ord) => ({ ...values, ord })))]);
}

export const findAuditEvent = events.find;

export const getAuditEvent = events.get;

/** Newest first. Filters without a wildcard, and those that begin with text, are answered by indexes. */
export const listAuditEvents = listOf<AuditEventRow, AuditFilter>('audit_event', {
  order: byAge('audit_event'),
  conditions: (filter) => [
    equals('audit_event.category', filter.category),
    matchesRef('audit_event.event_type', filter.event_type),
    equals('audit_event.outcome', filter.outcome),
    equals('audit_event.actor_identity', filter.actor_identity),
    matchesRef('audit_event.actor_login', filter.actor_login),
    equals('audit_event.resource_type', filter.resource_type),
    equals('audit_event.resource_id', filter.resource_id),
    matchesRef('audit_event.resource_ref', filter.resource_ref),
    equals('audit_event.request_id', filter.request_id),
    equals('audit_event.http_method', filter.http_method?.toUpperCase()),
    matchesRef('audit_event.http_path', filter.http_path),
    equals('audit_event.http_status', filter.http_status),
    between('audit_event.created', filter.created_after, filter.created_before),
  ],
});
