import type { NoticeChange } from '@attune/mq';
import type { Clock } from '@attune/service';
import type { Change } from './change.js';
import { ChangeLog } from './change-log.js';
import type { Position } from './change-log.js';
import { matches } from './change-filter.js';
import { SubscriptionIndex } from './subscription-index.js';
import type { Subscription } from './subscription-index.js';

/** A client as the fan-out sees it; it decides itself what of this it may read. */
export interface Listener {
  offer(change: Change, subscriptionIds: readonly string[]): void;
  /** Changes were missed: what the client shows may be out of date. */
  reset(position: Position): void;
}

/** Every change of every notice, to whoever subscribed to it. */
export class FanOut {
  readonly #log: ChangeLog;
  readonly #clock: Clock;
  readonly #index = new SubscriptionIndex<Listener>();
  readonly #listeners = new Set<Listener>();

  constructor(replay: number, clock: Clock) {
    this.#log = new ChangeLog(replay);
    this.#clock = clock;
  }

  /** Where a client that begins now stands. */
  get position(): Position {
    return { stream: this.#log.stream, after: this.#log.lastId };
  }

  join(listener: Listener): void {
    this.#listeners.add(listener);
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** From now on, and with a position from there on; false when that position is out of reach. */
  subscribe(subscription: Subscription<Listener>, from?: Position): boolean {
    const missed = from === undefined ? [] : this.#log.since(from);
    for (const change of missed ?? []) {
      if (matches(subscription.filter, change)) subscription.owner.offer(change, [subscription.id]);
    }
    this.#index.add(subscription);
    return missed !== undefined;
  }

  unsubscribe(subscription: Subscription<Listener>): void {
    this.#index.remove(subscription);
  }

  deliver(changes: readonly NoticeChange[]): void {
    const at = this.#clock.now();
    for (const change of changes) {
      const numbered = this.#log.add(change, at);
      for (const [listener, ids] of this.#index.matching(change)) listener.offer(numbered, ids);
    }
  }

  breakOff(): void {
    this.#log.breakOff();
    for (const listener of this.#listeners) listener.reset(this.position);
  }
}
