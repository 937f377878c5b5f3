import type { Subscription } from '@attune/mq';
import { createSlots } from './slots.js';
import type { Slots } from './slots.js';

/**
 * The slots of one kind and the messages that fill them. While no slot is free, or the worker has no session, the
 * lane is shut: messages stay in their queues, for workers that can do something with them.
 */
export class Lane {
  readonly slots: Slots;
  readonly #hasSession: () => boolean;
  #intake: Promise<Subscription> | undefined;
  #shut = false;

  constructor(slots: number, hasSession: () => boolean) {
    this.slots = createSlots(slots);
    this.#hasSession = hasSession;
  }

  /** Messages may come before the start has ended. */
  async start<I extends Subscription>(intake: Promise<I>): Promise<I> {
    this.#intake = intake;
    return intake;
  }

  /** Gives waiting messages back; the lane opens again when a slot is free. */
  async shut(): Promise<void> {
    if (this.#shut) return;
    this.#shut = true;
    await (await this.#intake)?.pause();
    void this.open();
  }

  /** Takes messages again, as soon as there is a slot for one. Without a session that is for the next session to do. */
  async open(): Promise<void> {
    const taken = await this.slots.acquire(1, Number.POSITIVE_INFINITY);
    this.slots.release(taken);
    if (taken === 0 || !this.#shut || !this.#hasSession()) return;
    this.#shut = false;
    await (await this.#intake)?.resume();
  }

  /** Takes no more messages; resolves when none is being claimed. Runs go on. */
  async close(): Promise<void> {
    this.slots.close();
    await (await this.#intake)?.close();
  }
}
