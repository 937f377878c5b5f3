import { readMarks, repeated, unequal } from '../system/books.testing.js';
import type { Database, Ledger } from '@attune/db';
import { actions, atOnce, happened, rate } from './definitions.testing.js';
import type { Accepted } from './load.testing.js';

/** What is to be true when everything is quiet, and what contradicts it: nothing, when all is well. */
export interface Findings {
  ledger: string[];
  /** Acknowledged, and not there; or there twice. */
  accepted: string[];
  /** Programs that ran twice for one attempt, without one, or not at all although it completed. */
  marks: string[];
  limits: string[];
  timers: string[];
}

interface Attempt {
  readonly id: number;
  readonly attempt: number;
  readonly action_ref: string;
  readonly group: string;
  readonly created: number;
  readonly started: number;
  /** Infinity where it has none. */
  readonly deadline: number;
  readonly finished: number;
  readonly outcome: string | null;
}

export interface Evidence {
  database: Database;
  books: Ledger;
  accepted: Accepted;
  /** The file that programs leave their marks in. */
  marks: string;
}

export async function audit({ database, books, accepted, marks }: Evidence): Promise<Findings> {
  const attempts = await readAttempts(database);
  return {
    ledger: [...unequal(books), ...books.imbalances.map(({ message }) => message)],
    accepted: await auditAccepted(database, accepted),
    marks: auditMarks(attempts, readMarks(marks)),
    limits: [
      ...auditAtOnce(attempts),
      ...auditRate(attempts),
      ...auditDeadlines(attempts),
      ...(await auditSlots(database)),
    ],
    timers: await auditTimers(database),
  };
}

async function readAttempts({ db }: Database): Promise<Attempt[]> {
  const rows = await db
    .selectFrom('execution_attempt as a')
    .innerJoin('execution as e', 'e.id', 'a.execution')
    .select([
      'e.id',
      'a.attempt',
      'e.action_ref',
      'e.config',
      'e.created',
      'e.deadline',
      'a.started_at',
      'a.finished_at',
      'a.outcome',
    ])
    .execute();
  return rows.map(({ config, created, deadline, started_at, finished_at, ...row }) => ({
    ...row,
    group: (config as { group: string }).group,
    created: created.getTime(),
    started: started_at.getTime(),
    deadline: deadline?.getTime() ?? Infinity,
    finished: finished_at?.getTime() ?? Infinity,
  }));
}

async function auditAccepted({ db }: Database, { events, executions }: Accepted): Promise<string[]> {
  const recorded = await db.selectFrom('event').select('id').where('trigger_ref', '=', happened).execute();
  const known = await db.selectFrom('execution').select('id').execute();
  const ids = new Set(known.map(({ id }) => id));
  return [
    ...(recorded.length === events ? [] : [`${events} events were accepted, ${recorded.length} are there`]),
    ...[...executions]
      .filter((id) => !ids.has(id))
      .map((id) => `execution ${id} was accepted and is not there`),
  ];
}

function auditMarks(attempts: readonly Attempt[], marks: readonly string[]): string[] {
  const started = new Set(attempts.map(({ id, attempt }) => `${id} ${attempt}`));
  const marked = new Set(marks);
  const completed = attempts.filter(({ outcome }) => outcome === 'completed');
  return [
    ...repeated(marks).map((mark) => `${mark}: started twice`),
    ...[...marked].filter((mark) => !started.has(mark)).map((mark) => `${mark}: started without an attempt`),
    ...completed
      .filter(({ id, attempt }) => !marked.has(`${id} ${attempt}`))
      .map(({ id, attempt }) => `${id} ${attempt}: completed without having run`),
  ];
}

/** By the times of attempts. What ends at the instant at which another starts has made room for it. */
function auditAtOnce(attempts: readonly Attempt[]): string[] {
  const limited = attempts.filter(({ action_ref }) => action_ref === actions.limited);
  return [...new Set(limited.map(({ group }) => group))].flatMap((group) => {
    const inGroup = limited.filter((attempt) => attempt.group === group);
    const most = mostAtOnce(inGroup);
    return most > atOnce ? [`${most} of group ${group} ran at once, ${atOnce} may`] : [];
  });
}

function mostAtOnce(attempts: readonly Attempt[]): number {
  const changes = attempts.flatMap(({ started, finished }) => [
    { at: started, by: 1 },
    { at: finished, by: -1 },
  ]);
  let running = 0;
  let most = 0;
  for (const { by } of changes.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    running += by;
    most = Math.max(most, running);
  }
  return most;
}

/**
 * Slots are given at the rate; a start comes some time after its slot. So of every `threshold` starts in order, each
 * following lot cannot begin before one more window is over since the first was asked for.
 */
function auditRate(attempts: readonly Attempt[]): string[] {
  const rated = attempts.filter(({ action_ref }) => action_ref === actions.rated);
  const first = Math.min(...rated.map(({ created }) => created));
  return rated
    .toSorted((a, b) => a.started - b.started)
    .flatMap(({ id, started }, index) => {
      const soonest = first + Math.floor(index / rate.threshold) * rate.windowSeconds * 1000;
      return started < soonest
        ? [`start ${index} of the rated (${id}) came ${soonest - started} ms too soon`]
        : [];
    });
}

function auditDeadlines(attempts: readonly Attempt[]): string[] {
  return attempts
    .filter(({ started, deadline }) => started >= deadline)
    .map(({ id, attempt }) => `${id} ${attempt}: started after its deadline`);
}

/** Nothing runs and nothing waits any more: only the starts that windows count may be left. */
async function auditSlots({ db }: Database): Promise<string[]> {
  const left = await db
    .selectFrom('admission as a')
    .innerJoin('policy as p', 'p.id', 'a.policy')
    .select(['a.execution', 'a.status', 'p.ref'])
    .where((is) => is.or([is('p.window_seconds', 'is', null), is('a.status', '=', 'queued')]))
    .execute();
  return left.map(
    ({ execution, status, ref }) => `execution ${execution} still has a place in ${ref}: ${status}`,
  );
}

/** An event per due instant, and no instant left out. */
async function auditTimers({ db }: Database): Promise<string[]> {
  const fired = await db
    .selectFrom('event')
    .select(['id', 'payload'])
    .where('trigger_ref', '=', 'core.intervaltimer')
    .orderBy('id')
    .execute();
  const instants = fired
    .map(({ payload }) => Date.parse((payload as { scheduled_at: string }).scheduled_at))
    .toSorted((a, b) => a - b);
  return instants.flatMap((instant, index) => {
    const before = instants[index - 1];
    if (before === undefined || instant - before === 1_000) return [];
    return [`${new Date(before).toISOString()} is followed by ${new Date(instant).toISOString()}`];
  });
}
