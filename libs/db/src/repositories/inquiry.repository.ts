import { InvalidStateError } from '@attune/domain';
import { sql } from 'kysely';
import type { Patch } from '../columns.js';
import { isEmptyPatch, toUpdate } from '../columns.js';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import { between, equals } from '../filter.js';
import { toJson } from '../json.js';
import { byAge } from '../page.js';
import type { InquiryRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';

export interface NewInquiry {
  /** Not ended yet. */
  execution: number;
  prompt: string;
  response_schema?: Record<string, unknown> | null | undefined;
  assigned_to?: number | null | undefined;
  assigned_role?: string | null | undefined;
  /** Taken as the answer when the time is over. */
  default_response?: unknown;
  timeout_at?: Date | null | undefined;
}

/** undefined keeps, null clears. */
export type InquiryPatch = Patch<Pick<NewInquiry, 'prompt' | 'assigned_to' | 'assigned_role' | 'timeout_at'>>;

export interface InquiryFilter {
  status?: InquiryRow['status'] | undefined;
  execution?: number | undefined;
  assigned_to?: number | undefined;
  assigned_role?: string | undefined;
  due_before?: Date | undefined;
}

export interface Answer {
  response: unknown;
  /** Identity that answers. */
  by?: number | undefined;
}

const pending = `i.status = 'pending'`;

/* Elements and not a recordset: the answer null is an answer, and stays one. */
const respondStatement = statement<InquiryRow>(
  'respond_inquiries',
  `with input as materialized (
  select distinct on (id) * from (
    select (a ->> 'id')::bigint as id, a -> 'response' as response, (a ->> 'by')::bigint as by, place
    from jsonb_array_elements($1::jsonb) with ordinality as i(a, place)
  ) given
  order by id, place
), target as materialized (
  select i.id, a.response, a.by from attune.inquiry i join input a on a.id = i.id
  where ${pending} and (i.timeout_at is null or i.timeout_at > now())
  order by i.id for update of i
)
update attune.inquiry i set status = 'responded', response = t.response, responded_by = t.by,
  responded_at = now(), resolved_at = now(), updated = now()
from target t where i.id = t.id
returning i.*`,
);

const cancelStatement = statement<InquiryRow>(
  'cancel_inquiries',
  `with target as materialized (
  select i.id from attune.inquiry i where i.id = any($1::bigint[]) and ${pending} order by i.id for update
)
update attune.inquiry i set status = 'cancelled', resolved_at = now(), updated = now()
from target t where i.id = t.id
returning i.*`,
);

const expireStatement = statement<InquiryRow>(
  'expire_inquiries',
  `with over as materialized (
  select i.id from attune.inquiry i
  where ${pending} and i.timeout_at <= now() and ($2::bigint is null or i.id = $2::bigint)
  order by i.timeout_at limit $1::bigint for update skip locked
)
update attune.inquiry i set status = 'timeout', resolved_at = now(), updated = now(),
  response = i.default_response
from over o where i.id = o.id
returning i.*`,
);

const inquiries = tableOf('inquiry');

/** InvalidStateError when the execution has ended: nobody would wait for the answer. */
export async function insertInquiry(db: Db, values: NewInquiry): Promise<InquiryRow> {
  return inTransaction(db, async (trx) => {
    // Shared with other questions, not with the end of the execution: whoever cancels its inquiries afterwards sees
    // this one.
    const execution = await trx
      .selectFrom('execution')
      .select(['status', 'finished_at'])
      .where('id', '=', values.execution)
      .forShare()
      .executeTakeFirst();
    if (execution !== undefined && execution.finished_at !== null) {
      throw new InvalidStateError(`cannot ask for execution ${values.execution}: it is ${execution.status}`);
    }
    return inquiries.insert(trx, values);
  });
}

export const findInquiry = inquiries.find;

export const findInquiryOfExecution = inquiries.findBy('execution');

export const getInquiry = inquiries.get;

/** Newest first. */
export const listInquiries = listOf<InquiryRow, InquiryFilter>('inquiry', {
  order: byAge('inquiry'),
  limits: { id: 'inquiry.id', owner: 'inquiry.assigned_to', execution: 'inquiry.execution' },
  conditions: (filter) => [
    equals('inquiry.status', filter.status),
    equals('inquiry.execution', filter.execution),
    equals('inquiry.assigned_to', filter.assigned_to),
    equals('inquiry.assigned_role', filter.assigned_role),
    between('inquiry.timeout_at', undefined, filter.due_before),
  ],
});

/** InvalidStateError while it is open: its execution waits for it. */
export async function deleteInquiry(db: Db, id: number): Promise<boolean> {
  const deleted = await db
    .deleteFrom('inquiry')
    .where('id', '=', id)
    .where('status', '<>', 'pending')
    .executeTakeFirst();
  if (deleted.numDeletedRows > 0n) return true;
  if ((await findInquiry(db, id)) === undefined) return false;
  throw new InvalidStateError(`cannot delete inquiry ${id}: it is open`);
}

/** Only while it is pending: undefined when it is past that. An empty patch is a read. */
export async function reassignInquiry(
  db: Db,
  id: number,
  patch: InquiryPatch,
): Promise<InquiryRow | undefined> {
  if (isEmptyPatch(patch)) {
    const rows = db.selectFrom('inquiry').selectAll().where('id', '=', id).where('status', '=', 'pending');
    return rows.executeTakeFirst();
  }
  return db
    .updateTable('inquiry')
    .set({ ...toUpdate('inquiry', patch), updated: sql`now()` })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .returningAll()
    .executeTakeFirst();
}

/**
 * pending → responded, once, and not after its time. Absent from the answer: somebody or the clock was faster. Of
 * several answers to one inquiry the first counts.
 */
export async function respondInquiries(
  db: Db,
  answers: readonly (Answer & { id: number })[],
): Promise<InquiryRow[]> {
  if (answers.length === 0) return [];
  const input = answers.map(({ id, response, by }) => ({ id, response: response ?? null, by }));
  return respondStatement.run(db, [toJson(input)]);
}

/** Of one; undefined when somebody or the clock was faster. */
export async function respondInquiry(db: Db, id: number, answer: Answer): Promise<InquiryRow | undefined> {
  const [responded] = await respondInquiries(db, [{ ...answer, id }]);
  return responded;
}

/** pending → cancelled. Those that are past that are absent from the answer. */
export async function cancelInquiries(db: Db, ids: readonly number[]): Promise<InquiryRow[]> {
  return ids.length === 0 ? [] : cancelStatement.run(db, [[...ids]]);
}

/** Of one; undefined when it is past that. */
export async function cancelInquiry(db: Db, id: number): Promise<InquiryRow | undefined> {
  const [cancelled] = await cancelInquiries(db, [id]);
  return cancelled;
}

/** pending → timeout for those whose time is over, by database time; the default becomes the answer. */
export async function expireInquiries(db: Db, options: { limit: number }): Promise<InquiryRow[]> {
  return expireStatement.run(db, [options.limit, null]);
}

/** Of one; undefined when its time is not over, or it is past that. */
export async function expireInquiry(db: Db, id: number): Promise<InquiryRow | undefined> {
  const [expired] = await expireStatement.run(db, [1, id]);
  return expired;
}
