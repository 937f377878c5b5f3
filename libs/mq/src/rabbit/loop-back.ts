import { randomUUID } from 'node:crypto';
import type { ChannelModel } from 'amqplib';
import { within } from './deadline.js';
import type { RabbitPublisher } from './rabbit-publisher.js';

const answerTimeoutMs = 8_000;

/** A queue of this process alone, to which it writes to itself: proof that messages travel, out and in. */
export class LoopBack {
  readonly #expected = new Map<string, () => void>();
  #queue: string | undefined;

  /** Opens the receiving side on a new connection. */
  async open(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      durable: false,
      arguments: { 'x-queue-type': 'classic', 'x-max-length': 100 },
    });
    await channel.consume(queue, (probe) => this.#expected.get(String(probe?.properties.messageId))?.(), {
      noAck: true,
    });
    this.#queue = queue;
  }

  /** Ends the wait of a probe under way. */
  close(): void {
    for (const answer of this.#expected.values()) answer();
  }

  /** Which way is silent, if any. */
  async probe(publisher: RabbitPublisher): Promise<'published' | 'consumed' | undefined> {
    const messageId = randomUUID();
    const back = new Promise<void>((resolve) => this.#expected.set(messageId, resolve));
    const wire = {
      content: Buffer.from('{}'),
      properties: { messageId, correlationId: messageId, type: 'probe', headers: {} },
    };
    try {
      const posting = { exchange: '', routingKey: this.#queue ?? '', wire, durable: true };
      const [failure] = await within(answerTimeoutMs, 'a probe', publisher.post([posting])).catch(() => [
        'silent',
      ]);
      if (failure !== undefined && failure !== 'unroutable') return 'published';
      return await within(answerTimeoutMs, 'a probe', back).then(
        () => undefined,
        () => 'consumed' as const,
      );
    } finally {
      this.#expected.delete(messageId);
    }
  }
}
