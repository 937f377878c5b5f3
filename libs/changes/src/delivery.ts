import type { Principal } from '@attune/domain';
import type { Change } from './change.js';
import type { Listener } from './fan-out.js';
import { mayRead } from './may-read.js';

/** What a client is told next. */
export type Told =
  | { readonly kind: 'change'; readonly change: Change; readonly subscriptionIds: readonly string[] }
  /** Changes were missed, those still waiting here included. */
  | { readonly kind: 'reset' };

export interface DeliveryOptions {
  /** The client as it is now, or was a few seconds ago; rejects when it may not listen any more. */
  principal: () => Promise<Principal>;
  /** Changes that may wait for the client, besides those it missed while it was away. */
  maxWaiting: number;
  /** The client does not keep up; nothing is delivered any more. */
  onTooSlow: () => void;
}

/** The way of changes to one client: in order, bounded, each only if the client may read it at that moment. */
export class Delivery implements Listener {
  readonly #options: DeliveryOptions;
  #waiting: Told[] = [];
  #next = 0;
  /** Of what waits, that much was missed. */
  #missed = 0;
  #wake: (() => void) | undefined;
  #isStopped = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Everything offered was taken. */
  get isIdle(): boolean {
    return this.#next === this.#waiting.length;
  }

  offer(change: Change, subscriptionIds: readonly string[]): void {
    this.#add({ kind: 'change', change, subscriptionIds });
  }

  replay(changes: readonly Change[], subscriptionId: string): void {
    this.#missed = Math.max(this.#missed, changes.length);
    for (const change of changes) this.offer(change, [subscriptionId]);
  }

  reset(): void {
    this.#forget();
    this.#add({ kind: 'reset' });
  }

  /** Undefined when there was nothing to tell for that long, or it was stopped. Rejects as `principal` does. */
  async next(quietMs: number): Promise<Told | undefined> {
    for (;;) {
      if (this.isIdle && !(await this.#more(quietMs))) return undefined;
      const principal = await this.#options.principal();
      const told = this.#take();
      if (told?.kind === 'reset' || (told !== undefined && mayRead(principal, told.change))) return told;
    }
  }

  /** Forgets what waits. */
  stop(): void {
    this.#isStopped = true;
    this.#forget();
    this.#wake?.();
  }

  #add(told: Told): void {
    if (this.#isStopped) return;
    this.#waiting.push(told);
    if (this.#waiting.length - this.#next <= this.#options.maxWaiting + this.#missed) {
      this.#wake?.();
      return;
    }
    this.stop();
    this.#options.onTooSlow();
  }

  #take(): Told | undefined {
    const told = this.#waiting[this.#next];
    if (told !== undefined) this.#next += 1;
    if (this.isIdle) this.#forget();
    return told;
  }

  #forget(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#missed = 0;
  }

  /** True when something waits. */
  async #more(quietMs: number): Promise<boolean> {
    if (this.#isStopped) return false;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, quietMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
    return !this.isIdle;
  }
}
