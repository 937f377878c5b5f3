import { eventMessages, noticeOf } from '@attune/mq';
import type { NoticeChange, Outgoing, Publisher } from '@attune/mq';
import { counter } from '@attune/service';

import { gather } from './gather.js';
import type { IntakeContext } from './intake-context.js';

/** Rows whose announcements may be under way at once, in a process. */
const mostUnderWay = 2_000;

const leftToSweep = counter({
  name: 'attune_intake_unannounced_total',
  help: 'rows that were committed and not announced, which is left to the sweeps of the executor',
  labels: ['entity'],
});

type Handing = Pick<IntakeContext, 'publisher' | 'log'>;

/** A row that was committed: the news of it, and what gets it going. Events are told of together. */
export type Announcement = { readonly change: NoticeChange } & (
  { readonly eventId: number } | { readonly work: Outgoing }
);

interface UnderWay {
  rows: number;
  readonly running: Set<Promise<void>>;
}

const underWay = new WeakMap<Publisher, UnderWay>();

/**
 * Publishes what was committed, and does not wait for the broker: when it fails, that is logged, and the sweep over
 * rows nobody has taken up announces them again. Only while too many are under way, as with a broker that stalls,
 * the caller waits for its own.
 */
export async function handOver(ctx: Handing, announcements: readonly Announcement[]): Promise<void> {
  if (announcements.length === 0) return;
  const all = underWay.get(ctx.publisher) ?? { rows: 0, running: new Set() };
  underWay.set(ctx.publisher, all);
  all.rows += announcements.length;
  const own = announce(ctx, announcements).finally(() => {
    all.rows -= announcements.length;
    all.running.delete(own);
  });
  all.running.add(own);
  if (all.rows > mostUnderWay) await own;
}

/** Resolves when what was handed over is announced or left to the sweep. For the shutdown, before the bus is closed. */
export async function handedOver({ publisher }: Pick<Handing, 'publisher'>): Promise<void> {
  const running = underWay.get(publisher)?.running ?? new Set();
  while (running.size > 0) await Promise.all(running);
}

/** Announcements of many callers share messages, a notice and a wait for the broker. Answers what went wrong. */
const publishTogether = gather(publishBatch, { maxItems: 1_000, lanes: 1 });

async function publishBatch(
  publisher: Publisher,
  announcements: readonly Announcement[],
): Promise<readonly unknown[]> {
  const eventIds = announcements.flatMap((each) => ('eventId' in each ? [each.eventId] : []));
  const others = announcements.flatMap((each) => ('work' in each ? [each.work] : []));
  const news = noticeOf(announcements.map(({ change }) => change));
  const failure = await publisher.publish([...eventMessages(eventIds), ...others, ...news]).then(
    () => undefined,
    (error: unknown) => error,
  );
  return announcements.map(() => failure);
}

async function announce({ publisher, log }: Handing, announcements: readonly Announcement[]): Promise<void> {
  const [error] = await publishTogether(publisher, announcements);
  if (error === undefined) return;
  const entity = announcements[0]?.change.entityType ?? '';
  leftToSweep.inc({ entity }, announcements.length);
  const ids = announcements.map(({ change }) => change.entityId);
  log.warn(
    { event: 'intake.announce_failed', err: error, entity_type: entity, ids },
    'committed but not announced; the sweep announces it',
  );
}
