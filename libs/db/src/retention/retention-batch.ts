import type { Db, Trx } from '../database.js';
import { inTransaction } from '../database.js';
import { toNullableJson } from '../json.js';
import { statement } from '../statement.js';
import type { Position, RetentionStep, RetentionTarget } from './retention-target.js';

export type RetentionBatch =
  /** Someone else is at it. */
  | { state: 'busy' }
  /** Its rows are kept for ever. */
  | { state: 'kept' }
  | ({ state: 'done'; cutoff: Date } & RetentionStep);

interface TakenRow {
  /** null = for ever. */
  cutoff: Date | null;
  position: Position | null;
}

/* Whole milliseconds: the cutoff passes through a Date, and the horizon must be exactly as late. */
const setting = `select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff`;

const from = `from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text`;

/*
 * The row is the lock: it is held by the transaction of one batch. The timeout is for cascades, the only locks that
 * cannot be passed over.
 */
const takeStatement = statement<TakenRow>(
  'take_retention',
  `${setting},
  set_config('lock_timeout', '200ms', true) as lock_timeout
${from}
for update of r skip locked`,
);

const readStatement = statement<TakenRow>('read_retention', `${setting}\n${from}`);

const saveStatement = statement<never>(
  'save_retention',
  `update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text`,
);

/** The next batch of a pass, in a transaction of its own: a crash undoes this batch and no other. */
export async function removeBatch(db: Db, target: RetentionTarget, limit: number): Promise<RetentionBatch> {
  return inTransaction(db, async (trx) => {
    const [taken] = await takeStatement.run(trx, [target.name, target.noLongerThan ?? null]);
    if (taken === undefined) return { state: 'busy' };
    const { cutoff, position } = taken;
    if (cutoff === null) return { state: 'kept' };
    const step = await target.remove(trx, { cutoff, position, limit });
    await save(trx, target, { cutoff, ...step });
    return { state: 'done', cutoff, ...step };
  });
}

/** What the batch after `position` would remove. Changes and locks nothing. */
export async function previewBatch(
  db: Db,
  target: RetentionTarget,
  { position, limit }: { position: Position | null; limit: number },
): Promise<RetentionBatch> {
  const [{ cutoff } = { cutoff: null }] = await readStatement.run(db, [
    target.name,
    target.noLongerThan ?? null,
  ]);
  if (cutoff === null) return { state: 'kept' };
  return { state: 'done', cutoff, ...(await target.preview(db, { cutoff, position, limit })) };
}

async function save(
  trx: Trx,
  { name }: RetentionTarget,
  { position, cutoff, deleted, kept }: RetentionStep & { cutoff: Date },
): Promise<void> {
  await saveStatement.run(trx, [name, toNullableJson(position), cutoff, deleted, kept]);
}
