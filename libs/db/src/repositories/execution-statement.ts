import { storableText, toJson } from '../json.js';
import type { AttemptOutcome } from './execution-run.repository.js';

/*
 * Parts that the statements of an execution's life have in common.
 *
 * Their shape: the batch as rows, sorted by id; one update with the old state in its WHERE, which locks row
 * after row in that order (a second process waits, then sees the new state and passes over the row); the
 * history from what the update returns.
 */

/**
 * A step that happened needs no further announcement: the next one starts its own count. `announced_at` is
 * indexed, so it is written only when a sweep has moved it; otherwise the update stays within its page.
 */
export const announceAnew = `announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0`;

export const waitingOver =
  'waiting_queue = null, waiting_for = null, waiting_detail = null, waiting_since = null';

/**
 * When seconds are over that count from when the execution is due, which may be later than now. Of the seconds the first
 * that are set; NULL = none are.
 */
export function deadlineOf({ dueAt, seconds }: { dueAt: string; seconds: readonly string[] }): string {
  return `greatest(${dueAt}, now()) + coalesce(${seconds.join(', ')}) * interval '1 second'`;
}

/**
 * The content of the action's version, once per version in the answer: inline scripts may be long.
 * `shareSnapshots` gives it to the others.
 */
export function snapshotOnce(execution: string): string {
  return `case when row_number() over (partition by ${execution}.action_version order by ${execution}.id) = 1
    then (select v.content from attune.definition_version v where v.id = ${execution}.action_version)
  end as action_snapshot`;
}

export function shareSnapshots<Row extends { action_version: number; action_snapshot: object }>(
  rows: readonly Row[],
): Row[] {
  const snapshots = new Map<number, Row['action_snapshot']>();
  for (const { action_version, action_snapshot } of rows) {
    // null where the statement left it out
    snapshots.set(action_version, snapshots.get(action_version) ?? action_snapshot);
  }
  return rows.map((row) => ({
    ...row,
    action_snapshot: snapshots.get(row.action_version) ?? row.action_snapshot,
  }));
}

/** A time was named for the next attempt, and nobody has asked to cancel meanwhile. */
const retried = `i.not_before is not null and e.status = 'running'`;

const inTime = `coalesce(greatest(i.not_before, now()) < e.deadline, true)`;

const again = `(${retried} and ${inTime})`;

/** Outcomes as `storedOutcomes` writes them, as the input of `endAttempts`. Only what did not succeed is tried again. */
export const reportedOutcomes = `
  select distinct on (id, attempt) id, attempt, status as outcome, result, error,
    case when status in ('failed', 'timeout') then not_before end as not_before
  from jsonb_to_recordset($1::jsonb) as i(
    id bigint, attempt integer, status attune.execution_status_enum, result jsonb, error text,
    not_before timestamptz
  )
  order by id, attempt`;

/**
 * How attempts end, whoever says so. `input` gives id, attempt, outcome, result, error and not_before;
 * `condition` says who may end them. The outcome null is that of a lost worker.
 */
export function endAttempts(input: string, condition: string): string {
  return `with input as materialized (${input}
), ended as (
  update attune.execution e set
    status = case when ${again} then 'requested' when i.outcome is not null then i.outcome
      when e.status = 'canceling' then 'cancelled' else 'abandoned' end,
    attempt = case when ${again} then e.attempt + 1 else e.attempt end,
    updated = now(),
    finished_at = case when not ${again} then now() end,
    started_at = case when not ${again} then e.started_at end,
    scheduled_at = case when not ${again} then e.scheduled_at end,
    dispatch_queue = case when not ${again} then e.dispatch_queue end,
    worker = case when not ${again} then e.worker end,
    incarnation = case when not ${again} then e.incarnation end,
    result = case when not ${again} then i.result end,
    error = case when ${retried} and not ${inTime}
      then concat_ws('; ', i.error, 'its total timeout leaves no time for another attempt') else i.error end,
    not_before = case when ${again} then i.not_before end,
    waiting_for = case when ${again} then 'retry' end,
    waiting_detail = case when ${again} then i.error end,
    waiting_since = case when ${again} then now() end,
    announcements = 0,
    announced_at = case when ${again} then greatest(i.not_before, now())
      when e.announcements = 0 then e.announced_at else now() end
  from input i
  where e.id = i.id and e.attempt = i.attempt and e.status in ('running', 'canceling') and ${condition}
  returning e.id, i.attempt, e.status, i.error,
    case when e.status <> 'requested' then e.status else coalesce(i.outcome, 'abandoned') end as outcome
), attempts as (
  update attune.execution_attempt a set finished_at = now(), outcome = d.outcome, error = d.error
  from ended d where a.execution = d.id and a.attempt = d.attempt
)
select id, attempt, status from ended order by id`;
}

/** For statements that begin with `reportedOutcomes`. */
export function storedOutcomes(outcomes: readonly AttemptOutcome[]): string {
  return toJson(
    outcomes.map(({ retry, error, ...outcome }) => ({
      ...outcome,
      error: typeof error === 'string' ? storableText(error) : error,
      not_before: retry?.not_before,
    })),
  );
}
