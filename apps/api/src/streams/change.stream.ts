import { Delivery, shownChange } from '@attune/changes';
import type { ChangeFilter, Change } from '@attune/changes';
import type { Routes, StreamEvent } from '@attune/contract';
import { UnauthenticatedError } from '@attune/domain';
import type { Principal } from '@attune/domain';
import type { Streams } from './streams.js';

type ChangeEvent = StreamEvent<Routes['streams']['changes']>;

export interface ChangeStreamOptions {
  filter: ChangeFilter;
  /** Position to resume after. */
  after: string | undefined;
  signal: AbortSignal;
  /** The reader as it is now, or was a few seconds ago; rejects when it may not listen any more. */
  principal: () => Promise<Principal>;
  /** The reader does not keep up: its connection is to be cut. */
  onTooSlow: () => void;
}

/**
 * Changes from a position, or from now on. What the reader did not take waits here, bounded; whether it may read a
 * change is decided when it takes it.
 */
export async function* followChanges(
  { fanOut, settings }: Pick<Streams, 'fanOut' | 'settings'>,
  { filter, after, signal, principal, onTooSlow }: ChangeStreamOptions,
): AsyncGenerator<ChangeEvent> {
  const delivery = new Delivery({ principal, maxWaiting: settings.max_waiting, onTooSlow });
  const subscription = { owner: delivery, id: '', filter };
  const stop = () => delivery.stop();
  signal.addEventListener('abort', stop, { once: true });
  fanOut.join(delivery);
  try {
    const isComplete = fanOut.subscribe(subscription, after);
    if (!isComplete) yield { event: 'reset', ...placed(fanOut.position), data: {} };
    else if (after === undefined) yield { event: 'alive', ...placed(fanOut.position), data: {} };
    yield* delivered(delivery, { signal, settings, position: () => fanOut.position, principal });
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    yield { event: 'end', data: { code: 'UNAUTHORIZED', message: error.message } };
  } finally {
    signal.removeEventListener('abort', stop);
    fanOut.unsubscribe(subscription);
    fanOut.leave(delivery);
    stop();
  }
}

interface Delivering extends Pick<ChangeStreamOptions, 'signal' | 'principal'> {
  settings: Streams['settings'];
  position: () => string | undefined;
}

async function* delivered(
  delivery: Delivery,
  { signal, settings, position, principal }: Delivering,
): AsyncGenerator<ChangeEvent> {
  let quietSince = performance.now();
  while (!signal.aborted) {
    const told = await delivery.next(settings.recheck_ms);
    if (told === undefined) {
      await principal();
      if (performance.now() - quietSince < settings.alive_ms || !delivery.isIdle) continue;
      yield { event: 'alive', ...placed(position()), data: {} };
    } else if (told.kind === 'reset') {
      yield { event: 'reset', ...placed(position()), data: {} };
    } else {
      yield { event: 'change', id: told.change.id, data: shown(told.change) };
    }
    quietSince = performance.now();
  }
}

/** Kinds of rows that nobody may read are not delivered. */
function shown(change: Change) {
  return shownChange(change) as Extract<ChangeEvent, { event: 'change' }>['data'];
}

function placed(id: string | undefined): { id?: string } {
  return id === undefined ? {} : { id };
}
