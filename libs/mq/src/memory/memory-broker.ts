import { revive } from '../dead-letter-wire.js';
import { deadLetterQueue, dispatchQueue, isDispatchQueue, logs, queues } from '../topology.js';
import type { Binding, LogDefinition, QueueDefinition } from '../topology.js';
import type { WireMessage } from '../wire.js';
import { MemoryGraveyard } from './memory-graveyard.js';
import { MemoryLog } from './memory-log.js';
import { MemoryQueue } from './memory-queue.js';

const subscriptionLength = 10_000;

export interface MemoryBrokerOptions {
  /** Most ready messages in a work queue; publishers wait beyond it. Default 100,000. */
  maxQueueLength?: number;
}

/** Where a published message goes. */
export interface Destination {
  readonly hasRoom: boolean;
  push(message: WireMessage): void;
  room(timeoutMs: number): Promise<boolean>;
}

/** What the buses of one process share: queues, logs, bindings, dead letters. Gone with the process. */
export class MemoryBroker {
  readonly graveyard = new MemoryGraveyard();
  readonly #maxQueueLength: number;
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #bindings = new Map<string, Set<Destination>>();
  readonly #logs = new Map<string, MemoryLog>();

  constructor({ maxQueueLength = 100_000 }: MemoryBrokerOptions = {}) {
    this.#maxQueueLength = maxQueueLength;
    for (const queue of queues) this.declare(queue);
    for (const { name, contract } of logs) {
      const log = new MemoryLog(name);
      this.#logs.set(name, log);
      this.bind(log, contract);
    }
  }

  log({ name }: LogDefinition): MemoryLog {
    const log = this.#logs.get(name);
    if (log === undefined) throw new Error(`there is no log ${name}`);
    return log;
  }

  /** Idempotent. */
  declare({ name, binding }: QueueDefinition): void {
    if (name === deadLetterQueue || this.#queues.has(name)) return;
    const queue = new MemoryQueue({ name, maxLength: this.#maxQueueLength, whenFull: 'wait' });
    this.#queues.set(name, queue);
    this.bind(queue, binding);
  }

  /** A queue of one subscriber, until it is unbound. */
  openSubscription(binding: Binding, onDrop?: () => void): MemoryQueue {
    const name = binding.exchange;
    const queue = new MemoryQueue({ name, maxLength: subscriptionLength, whenFull: 'drop_oldest', onDrop });
    this.bind(queue, binding);
    return queue;
  }

  bind(queue: Destination, binding: Binding): void {
    const bound = this.#bindings.get(keyOf(binding)) ?? new Set();
    this.#bindings.set(keyOf(binding), bound.add(queue));
  }

  unbind(queue: Destination, binding: Binding): void {
    this.#bindings.get(keyOf(binding))?.delete(queue);
  }

  find(name: string): MemoryQueue | undefined {
    return this.#queues.get(name);
  }

  /** Those whose queue is unknown stay buried. */
  requeueDeadLetters(ids: readonly string[]): readonly string[] {
    return this.graveyard.take(ids).flatMap(({ id, queue: name, letter }) => {
      if (isDispatchQueue(name)) this.declare(dispatchQueue(name));
      const queue = this.#queues.get(name);
      if (queue === undefined) this.graveyard.bury(letter);
      else queue.push(revive(letter));
      return queue === undefined ? [] : [id];
    });
  }

  route(binding: Binding): readonly Destination[] {
    return [...(this.#bindings.get(keyOf(binding)) ?? [])];
  }
}

/** Bindings of ours have no wildcards. */
function keyOf({ exchange, routingKey }: Binding): string {
  return `${exchange} ${routingKey}`;
}
