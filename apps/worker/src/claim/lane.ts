import type { Subscription } from '@attune/mq';
import { createSlots } from './slots.js';
import type { Slots } from './slots.js';

/**
 * The slots of one kind and the messages that fill them. While no slot is free, or the worker must not claim, the
 * lane is shut: messages stay in their queues, for workers that can do something with them.
 */
export class Lane {
  readonly slots: Slots;
  readonly #mayClaim: () => boolean;
  #intake: Promise<Subscription> | undefined;
  #shut = false;

  constructor(slots: number, mayClaim: () => boolean) {
    this.slots = createSlots(slots);
    this.#mayClaim = mayClaim;
  }

  get isShut(): boolean {
    return this.#shut;
  }

  /** Messages may come before the start has ended. */
  async start(intake: Promise<Subscription>): Promise<void> {
    this.#intake = intake;
    const subscription = await intake;
    if (this.#shut) await subscription.pause();
  }

  /** Gives waiting messages back; the lane opens again when a slot is free. */
  async shut(): Promise<void> {
    if (this.#shut) return;
    this.#shut = true;
    await (await this.#intake)?.pause();
    void this.open();
  }

  /** Takes messages again, as soon as there is a slot for one and the worker may claim: ask again when it may. */
  async open(): Promise<void> {
    const taken = await this.slots.acquire(1, Number.POSITIVE_INFINITY);
    this.slots.release(taken);
    if (taken === 0 || !this.#shut || !this.#mayClaim()) return;
    this.#shut = false;
    await (await this.#intake)?.resume();
  }

  /** Takes no more messages; resolves when none is being claimed. Runs go on. */
  async close(): Promise<void> {
    this.slots.close();
    await (await this.#intake)?.close();
  }
}
