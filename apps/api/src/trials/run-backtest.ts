import { setImmediate as nextTurn } from 'node:timers/promises';
import { findEventSpan, listRecordedEvents, readOnly } from '@attune/db';
import type { Db, EventSpan, RecordedEvent, RecordedEventFilter } from '@attune/db';
import { startBacktest } from '@attune/domain';
import type { Backtest, BacktestEvent, BacktestReport } from '@attune/domain';
import { hideParameters } from './outcome-view.js';
import type { RuleInForce } from './rule-in-force.js';

const eventsAtOnce = 200;
/** Longest stretch of deciding before other work of the process gets its turn. */
const longestStretchMs = 20;

export interface BacktestPlan {
  readonly tried: RuleInForce;
  readonly current: RuleInForce | undefined;
  readonly filter: RecordedEventFilter;
  readonly distinct: readonly string[];
  readonly maxEvents: number;
  readonly maxMs: number;
  /** Ends it: its reader has gone, or the process goes. */
  readonly signal: AbortSignal;
}

export interface BacktestProgress {
  readonly events: number;
  readonly matches: number;
  /** Of the span of ids, from 0 to 1. */
  readonly share: number;
}

export interface BacktestResult {
  readonly report: BacktestReport;
  readonly firstEvent: number | null;
  readonly lastEvent: number | null;
  readonly durationMs: number;
  /** The limit that ended it before its time; null: all events were looked at. */
  readonly stoppedBy: 'events' | 'time' | null;
}

type Seen = Pick<BacktestResult, 'firstEvent' | 'lastEvent'>;

/**
 * Decides the events of the past in the order of their ids, batch by batch: no transaction, and no more than a batch
 * of payloads, is held meanwhile. Tells how far it is after each batch, at the pace of its reader.
 */
export async function* runBacktest(
  db: Db,
  plan: BacktestPlan,
): AsyncGenerator<BacktestProgress, BacktestResult> {
  const started = performance.now();
  const { filter, maxEvents } = plan;
  const backtest = backtestOf(plan);
  let seen: Seen = { firstEvent: null, lastEvent: null };
  const resultOf = (stoppedBy: BacktestResult['stoppedBy']): BacktestResult => ({
    ...seen,
    report: backtest.report(),
    durationMs: performance.now() - started,
    stoppedBy,
  });
  const span = await readOnly(db, (trx) => findEventSpan(trx, filter));
  for await (const batch of batchesOf(db, filter, span)) {
    const events = batch.slice(0, maxEvents - backtest.counts.events);
    await decideAll(events, (event) => backtest.take(event));
    seen = seenWith(seen, events);
    if (events.length < batch.length) return resultOf('events');
    const { events: taken, matches } = backtest.counts;
    yield { events: taken, matches, share: shareOf(span, seen.lastEvent) };
    if (plan.signal.aborted || performance.now() - started > plan.maxMs) return resultOf('time');
  }
  return resultOf(null);
}

function backtestOf({ tried, current, distinct }: BacktestPlan): Backtest {
  const hide = (parameters: Record<string, unknown>) => hideParameters(tried.rule, parameters);
  return startBacktest({ rule: tried.rule, hide, current: current?.rule, distinct });
}

function seenWith({ firstEvent, lastEvent }: Seen, events: readonly RecordedEvent[]): Seen {
  return {
    firstEvent: firstEvent ?? events[0]?.id ?? null,
    lastEvent: events.at(-1)?.id ?? lastEvent,
  };
}

async function* batchesOf(
  db: Db,
  filter: RecordedEventFilter,
  { first, last }: EventSpan,
): AsyncGenerator<RecordedEvent[]> {
  for (let from = first; from <= last;) {
    const span = { first: from, last, limit: eventsAtOnce };
    const batch = await readOnly(db, (trx) => listRecordedEvents(trx, filter, span));
    if (batch.length > 0) yield batch;
    if (batch.length < eventsAtOnce) return;
    from = (batch.at(-1)?.id ?? last) + 1;
  }
}

async function decideAll(
  events: readonly RecordedEvent[],
  take: (event: BacktestEvent) => void,
): Promise<void> {
  let stretchStarted = performance.now();
  for (const { trigger_ref: trigger, ...event } of events) {
    take({ ...event, trigger });
    if (performance.now() - stretchStarted > longestStretchMs) {
      await nextTurn();
      stretchStarted = performance.now();
    }
  }
}

function shareOf({ first, last }: EventSpan, at: number | null): number {
  return Math.min(1, ((at ?? first) - first + 1) / Math.max(1, last - first + 1));
}
