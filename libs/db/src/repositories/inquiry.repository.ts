import { NotFoundError } from '@attune/domain';
import { sql } from 'kysely';
import { toInsert } from '../columns.js';
import type { Db } from '../database.js';
import { allOf, equals } from '../filter.js';
import { toJson } from '../json.js';
import type { Page, PageRequest } from '../page.js';
import { byAge, fetchPage } from '../page.js';
import type { InquiryRow } from '../schema/index.js';
import { statement } from '../statement.js';

export interface NewInquiry {
  execution: number;
  prompt: string;
  response_schema?: Record<string, unknown> | null | undefined;
  assigned_to?: number | null | undefined;
  assigned_role?: string | null | undefined;
  /** Taken as the answer when the time is over. */
  default_response?: unknown;
  timeout_at?: Date | null | undefined;
}

export interface InquiryFilter {
  status?: InquiryRow['status'] | undefined;
  execution?: number | undefined;
  assigned_to?: number | undefined;
  assigned_role?: string | undefined;
}

export interface Answer {
  response: unknown;
  /** Identity that answers. */
  by?: number | undefined;
}

const expireStatement = statement<InquiryRow>(
  'expire_inquiries',
  `with over as materialized (
  select i.id from attune.inquiry i
  where i.status = 'pending' and i.timeout_at <= now()
  order by i.timeout_at limit $1::bigint for update skip locked
)
update attune.inquiry i set status = 'timeout', resolved_at = now(), updated = now(),
  response = i.default_response
from over o where i.id = o.id
returning i.*`,
);

export async function insertInquiry(db: Db, values: NewInquiry): Promise<InquiryRow> {
  return db
    .insertInto('inquiry')
    .values(toInsert('inquiry', values))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findInquiry(db: Db, id: number): Promise<InquiryRow | undefined> {
  return db.selectFrom('inquiry').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findInquiryOfExecution(db: Db, executionId: number): Promise<InquiryRow | undefined> {
  return db.selectFrom('inquiry').selectAll().where('execution', '=', executionId).executeTakeFirst();
}

export async function getInquiry(db: Db, id: number): Promise<InquiryRow> {
  const row = await findInquiry(db, id);
  if (row === undefined) throw new NotFoundError('inquiry', 'id', id);
  return row;
}

/** Newest first. */
export async function listInquiries(
  db: Db,
  filter: InquiryFilter,
  page: PageRequest,
): Promise<Page<InquiryRow>> {
  const conditions = allOf(
    equals('inquiry.status', filter.status),
    equals('inquiry.execution', filter.execution),
    equals('inquiry.assigned_to', filter.assigned_to),
    equals('inquiry.assigned_role', filter.assigned_role),
  );
  return fetchPage(db.selectFrom('inquiry').selectAll().where(conditions), byAge('inquiry'), page);
}

/** pending → responded, once, and not after its time. undefined: somebody or the clock was faster. */
export async function respondInquiry(
  db: Db,
  id: number,
  { response, by }: Answer,
): Promise<InquiryRow | undefined> {
  return db
    .updateTable('inquiry')
    .set({
      status: 'responded',
      response: toJson(response),
      responded_by: by ?? null,
      responded_at: sql`now()`,
      resolved_at: sql`now()`,
      updated: sql`now()`,
    })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where((eb) => eb.or([eb('timeout_at', 'is', null), eb('timeout_at', '>', sql<Date>`now()`)]))
    .returningAll()
    .executeTakeFirst();
}

/** pending → cancelled. undefined when it is past that. */
export async function cancelInquiry(db: Db, id: number): Promise<InquiryRow | undefined> {
  return db
    .updateTable('inquiry')
    .set({ status: 'cancelled', resolved_at: sql`now()`, updated: sql`now()` })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .returningAll()
    .executeTakeFirst();
}

/** pending → timeout for those whose time is over, by database time; the default becomes the answer. */
export async function expireInquiries(db: Db, options: { limit: number }): Promise<InquiryRow[]> {
  return expireStatement.run(db, [options.limit]);
}
