import type { Notice, Received } from '@attune/mq';
import type { Change } from './change.js';
import { ChangeLog } from './change-log.js';
import { matches } from './change-filter.js';
import { parsePosition, positionText } from './position.js';
import { SubscriptionIndex } from './subscription-index.js';
import type { Subscription } from './subscription-index.js';

/** A client as the fan-out sees it; it decides itself what of this it may read. */
export interface Listener {
  offer(change: Change, subscriptionIds: readonly string[]): void;
  /** What a subscription missed while its client was away. */
  replay(changes: readonly Change[], subscriptionId: string): void;
  /** Changes were missed: what the client shows may be out of date. */
  reset(): void;
}

/** Every change of every notice, to whoever subscribed to it. */
export class FanOut {
  readonly #log: ChangeLog;
  readonly #index = new SubscriptionIndex<Listener>();
  readonly #listeners = new Set<Listener>();

  /** `replay`: changes kept for clients that come back. */
  constructor(replay: number) {
    this.#log = new ChangeLog(replay);
  }

  /** Where a client stands that was offered everything; undefined right after a gap. */
  get position(): string | undefined {
    const { end } = this.#log;
    return end === undefined ? undefined : positionText(end);
  }

  join(listener: Listener): void {
    this.#listeners.add(listener);
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** From now on, and with `after` from there on; false when what came after it is not known any more. */
  subscribe(subscription: Subscription<Listener>, after?: string): boolean {
    this.#index.add(subscription);
    if (after === undefined) return true;
    const position = parsePosition(after);
    const missed = position && this.#log.since(position);
    const wanted = missed?.filter((change) => matches(subscription.filter, change)) ?? [];
    if (wanted.length > 0) subscription.owner.replay(wanted, subscription.id);
    return missed !== undefined;
  }

  unsubscribe(subscription: Subscription<Listener>): void {
    this.#index.remove(subscription);
  }

  deliver(received: Received<Notice>): void {
    for (const change of this.#log.add(received)) {
      for (const [listener, ids] of this.#index.matching(change)) listener.offer(change, ids);
    }
  }

  breakOff(): void {
    this.#log.breakOff();
    for (const listener of this.#listeners) listener.reset();
  }
}
