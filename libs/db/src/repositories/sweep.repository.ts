import type { Db } from '../database.js';
import { statement } from '../statement.js';

/*
 * Sweeps find rows whose next step was announced longer ago than `olderThanMs` and has not happened, and
 * return them to be announced again: a message was lost, or a process died between commit and publish. Each
 * find doubles the time until the row is found again, up to an hour, so that a backlog, where announcing does
 * not help, is announced ever more rarely: the n-th find moves `announced_at` ahead by (2^n − 1) times
 * `olderThanMs`. Rows that another replica is sweeping are passed over (SKIP LOCKED).
 */

export interface SweepRequest {
  olderThanMs: number;
  /** Fewer rows in the answer means that nothing more is overdue now. */
  limit: number;
}

export interface OverdueAttempt {
  id: number;
  attempt: number;
}

export interface OverdueDispatch extends OverdueAttempt {
  dispatch_queue: string;
}

const overdue = `announced_at <= now() - $1::double precision * interval '1 millisecond'`;

const backOff = `announcements = least(e.announcements + 1, 20),
  announced_at = now() + least($1::double precision * (2 ^ least(e.announcements + 1, 20) - 1), 3600000)
    * interval '1 millisecond'`;

const pendingEvents = statement<{ id: number }>(
  'take_overdue_pending_events',
  `with overdue as materialized (
  select e.id from attune.event e
  where e.${overdue} and e.status = 'pending'
  order by e.announced_at limit $2::bigint for update skip locked
)
update attune.event e set ${backOff} from overdue o where e.id = o.id
returning e.id`,
);

const requested = sweepOf<{ id: number }>(
  'take_overdue_requested',
  `e.status = 'requested' and e.not_before is null
    and (e.waiting_for is null or e.waiting_for not in ('policy', 'rate_limit', 'pause'))`,
  'e.id',
);

const scheduled = sweepOf<OverdueDispatch>(
  'take_overdue_scheduled',
  `e.status = 'scheduled' and ${since('scheduled_at')}`,
  'e.id, e.attempt, e.dispatch_queue',
);

const canceling = sweepOf<OverdueAttempt>(
  'take_overdue_canceling',
  `e.status = 'canceling'`,
  'e.id, e.attempt',
);

const unsettled = sweepOf<OverdueAttempt>(
  'take_overdue_unsettled',
  `e.finished_at is not null and e.settled_at is null and ${since('finished_at')}`,
  'e.id, e.attempt',
);

const dueStatement = statement<{ id: number }>(
  'take_due_delayed',
  `with due as materialized (
  select e.id from attune.execution e
  where e.not_before <= now() and e.status = 'requested'
  order by e.not_before limit $1::bigint for update skip locked
)
update attune.execution e set not_before = null, ${['for', 'detail', 'since'].map(unlessPaused).join(', ')},
  announced_at = now(), announcements = 0, updated = now()
from due d where e.id = d.id
returning e.id`,
);

const waitingStatement = statement<{ id: number }>(
  'take_waiting_for_worker',
  `with served as materialized (
  select e.id from attune.execution e
  where e.waiting_queue = any($1::text[]) and e.status = 'requested'
  order by e.waiting_queue, e.id limit $2::bigint for update skip locked
)
update attune.execution e set waiting_queue = null, announced_at = now(), announcements = 0
from served s where e.id = s.id
returning e.id`,
);

const quietStatement = statement<{ id: number }>(
  'rest_long_runs',
  `with resting as materialized (
  select e.id from attune.execution e
  where e.${overdue} and e.status = 'running'
  order by e.announced_at limit $2::bigint for update skip locked
)
update attune.execution e set ${backOff} from resting o where e.id = o.id
returning e.id`,
);

/** Events that nobody has evaluated. */
export async function takeOverduePendingEvents(db: Db, sweep: SweepRequest): Promise<{ id: number }[]> {
  return pendingEvents.run(db, [sweep.olderThanMs, sweep.limit]);
}

/** Executions that nobody has scheduled; those apart that wait for their time, a slot (see advanceQueues) or a person. */
export async function takeOverdueRequested(db: Db, sweep: SweepRequest): Promise<{ id: number }[]> {
  return requested.run(db, [sweep.olderThanMs, sweep.limit]);
}

/**
 * Delayed executions whose time has come: they are told apart from the overdue to be found at once. Paused ones
 * lose their delay with it and stay paused: to announce them is harmless.
 */
export async function takeDueDelayed(db: Db, options: { limit: number }): Promise<{ id: number }[]> {
  return dueStatement.run(db, [options.limit]);
}

/**
 * Executions that wait for a worker of one of these queues. Each is taken once: it names its queue again when it is
 * deferred again.
 */
export async function takeWaitingForWorker(
  db: Db,
  options: { queues: readonly string[]; limit: number },
): Promise<{ id: number }[]> {
  if (options.queues.length === 0) return [];
  return waitingStatement.run(db, [[...options.queues], options.limit]);
}

/** Executions that no worker has claimed. */
export async function takeOverdueScheduled(db: Db, sweep: SweepRequest): Promise<OverdueDispatch[]> {
  return scheduled.run(db, [sweep.olderThanMs, sweep.limit]);
}

/** Executions to be cancelled whose worker may not have heard of it. */
export async function takeOverdueCanceling(db: Db, sweep: SweepRequest): Promise<OverdueAttempt[]> {
  return canceling.run(db, [sweep.olderThanMs, sweep.limit]);
}

/** Executions that ended and are not settled. */
export async function takeOverdueUnsettled(db: Db, sweep: SweepRequest): Promise<OverdueAttempt[]> {
  return unsettled.run(db, [sweep.olderThanMs, sweep.limit]);
}

/**
 * Moves long runs ahead in the index that the sweeps read, so that these do not meet them each time. Nothing
 * is to be announced. Returns how many.
 */
export async function restLongRuns(db: Db, sweep: SweepRequest): Promise<number> {
  const rows = await quietStatement.run(db, [sweep.olderThanMs, sweep.limit]);
  return rows.length;
}

/** `announced_at` is not written by each step (see announceAnew): the step itself must be old enough too. */
function since(column: string): string {
  return `e.${column} <= now() - $1::double precision * interval '1 millisecond'`;
}

function unlessPaused(column: string): string {
  return `waiting_${column} = case when e.waiting_for = 'pause' then e.waiting_${column} end`;
}

function sweepOf<Row>(name: string, condition: string, returning: string) {
  return statement<Row>(
    name,
    `with overdue as materialized (
  select e.id from attune.execution e
  where e.${overdue} and ${condition}
  order by e.announced_at limit $2::bigint for update skip locked
)
update attune.execution e set ${backOff} from overdue o where e.id = o.id
returning ${returning}`,
  );
}
