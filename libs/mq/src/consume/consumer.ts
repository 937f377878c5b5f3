import type { ConsumerHealth } from '../bus.js';
import type { ConsumerInfo, Handler } from '../middleware/middleware.js';
import type { Verdict } from '../verdict.js';
import { decode } from '../wire.js';
import type { UntrustedMessage } from '../wire.js';
import { createIntake } from './intake.js';
import type { Intake, IntakeOptions } from './intake.js';

/** A consumer that has proved itself this lately is well. */
const provedWithinMs = 45_000;

export interface Delivery {
  readonly wire: UntrustedMessage;
}

/** What a broker does with a delivery. None of these rejects; a delivery that is no longer ours is ignored. */
export interface Settlement<D extends Delivery> {
  ack(deliveries: readonly D[]): void;
  /** Back to the queue for any consumer, the attempt not counted. */
  release(deliveries: readonly D[]): void;
  /** To the end of its queue as this attempt. */
  requeue(delivery: D, attempt: number): Promise<void>;
  deadLetter(letters: readonly Letter<D>[]): Promise<void>;
}

export interface Letter<D extends Delivery> {
  readonly delivery: D;
  readonly reason: string;
  readonly attempts: number;
}

export interface ConsumerOptions<D extends Delivery> {
  info: ConsumerInfo;
  intake: IntakeOptions;
  handler: Handler;
  settlement: Settlement<D>;
}

/** The half of a subscription both buses share: deliveries in, batches to the handler, verdicts to the broker. */
export class Consumer<D extends Delivery> {
  readonly info: ConsumerInfo;
  readonly #handler: Handler;
  readonly #settlement: Settlement<D>;
  readonly #intake: Intake<D>;
  /** Deliveries whose retry is not due yet. */
  readonly #held = new Map<D, NodeJS.Timeout>();
  readonly #running = new Set<{ since: number }>();
  #inHand = 0;
  #provedAt = Date.now();

  constructor({ info, intake, handler, settlement }: ConsumerOptions<D>) {
    this.info = info;
    this.#handler = handler;
    this.#settlement = settlement;
    this.#intake = createIntake(intake, (batch) => this.#handle(batch));
  }

  deliver(delivery: D): void {
    this.#intake.push(delivery);
  }

  /** Begins no further batch. */
  stop(): void {
    this.#intake.stop();
  }

  start(): void {
    this.#intake.start();
  }

  /** Waits for running handlers. */
  idle(): Promise<void> {
    return this.#intake.idle();
  }

  /** Hands everything back that no handler has in hand, waiting retries included. */
  giveBack(): void {
    this.#settlement.release([...this.#intake.drain(), ...this.#takeHeld()]);
  }

  /** Drops everything no handler has in hand: the broker has already taken it back. */
  forget(): void {
    this.#intake.drain();
    this.#takeHeld();
  }

  /** Something showed that deliveries still reach this consumer. */
  prove(): void {
    this.#provedAt = Date.now();
  }

  health(state: ConsumerHealth['state']): ConsumerHealth {
    const { name, queue } = this.info;
    const detail = this.#complaint(state);
    return {
      name,
      queue,
      state,
      held: this.#intake.waiting() + this.#held.size + this.#inHand,
      provedAt: new Date(this.#provedAt),
      ok: detail === undefined,
      ...(detail === undefined ? {} : { detail }),
    };
  }

  async #handle(batch: D[]): Promise<void> {
    const run = { since: Date.now() };
    this.#running.add(run);
    this.#inHand += batch.length;
    try {
      const deliveries = batch.map(({ wire }) => decode(wire));
      const verdicts = await this.#handler(deliveries);
      await this.#settle(
        batch,
        verdicts,
        deliveries.map(({ attempt }) => attempt),
      );
    } catch (error) {
      this.info.log.error(
        { event: 'consumer.failed', handler: this.info.name, err: error },
        'batch given back',
      );
      this.#settlement.release(batch);
    } finally {
      this.#running.delete(run);
      this.#inHand -= batch.length;
      this.prove();
    }
  }

  async #settle(
    batch: readonly D[],
    verdicts: readonly Verdict[],
    attempts: readonly number[],
  ): Promise<void> {
    const done: D[] = [];
    const released: D[] = [];
    const letters: Letter<D>[] = [];
    batch.forEach((delivery, index) => {
      const verdict = verdicts[index]!;
      const attempt = attempts[index]!;
      switch (verdict.kind) {
        case 'ack':
          done.push(delivery);
          break;
        case 'release':
          released.push(delivery);
          break;
        case 'dead_letter':
          letters.push({ delivery, reason: verdict.reason, attempts: attempt });
          break;
        case 'retry':
          this.#hold(delivery, verdict.counted === false ? attempt : attempt + 1, verdict.delayMs ?? 0);
          break;
      }
    });
    if (done.length > 0) this.#settlement.ack(done);
    if (released.length > 0) this.#settlement.release(released);
    if (letters.length > 0) await this.#settlement.deadLetter(letters);
  }

  #hold(delivery: D, nextAttempt: number, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#held.delete(delivery);
      void this.#settlement.requeue(delivery, nextAttempt);
    }, delayMs);
    this.#held.set(delivery, timer);
  }

  #takeHeld(): D[] {
    const held = [...this.#held.keys()];
    for (const timer of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
    return held;
  }

  #complaint(state: ConsumerHealth['state']): string | undefined {
    const now = Date.now();
    const { timeoutMs } = this.info;
    if (state === 'consuming' && now - this.#provedAt > provedWithinMs) {
      return `handled nothing and answered no probe for ${Math.round((now - this.#provedAt) / 1000)} s`;
    }
    const [oldest] = this.#running;
    if (oldest !== undefined && now - oldest.since > 3 * timeoutMs) {
      return `a batch runs for ${Math.round((now - oldest.since) / 1000)} s`;
    }
    return state === 'reconnecting' ? 'not connected' : undefined;
  }
}
