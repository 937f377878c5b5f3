import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { DeadLetter, DeadLetters } from '../bus.js';
import { describeDeadLetter, queueOf, revive } from '../dead-letter-wire.js';
import { brokerName, localName } from '../names.js';
import { deadLetterQueue } from '../topology.js';
import { withChannel } from './channel-use.js';
import { DeadlineError, within } from './deadline.js';
import type { RabbitPublisher } from './rabbit-publisher.js';

/** Most letters looked at by one call. */
const reach = 10_000;
/** A queue that hands out nothing for so long has no more. */
const quietMs = 1_000;

export interface DeadLetterOptions {
  model: () => Promise<ChannelModel>;
  publisher: RabbitPublisher;
  prefix: string;
}

interface Look {
  kept: DeadLetter[];
  settled: DeadLetter[];
}

/**
 * Dead letters stay in their queue: each call takes them on a channel of its own, puts back what it does not
 * settle, and sees them back before it ends, so that the next call finds them. One call at a time.
 */
export function rabbitDeadLetters({ model, publisher, prefix }: DeadLetterOptions): DeadLetters {
  const queue = brokerName(prefix, deadLetterQueue);
  let turn: Promise<unknown> = Promise.resolve();

  /** Settles the letters `settles` says yes to; answers with those it said no to and yes to. */
  const look = (
    limit: number,
    settles: (letter: ConsumeMessage) => boolean | Promise<boolean>,
  ): Promise<Look> => {
    const looking = turn.then(async () =>
      withChannel(await model(), async (channel) => {
        const seen: Look = { kept: [], settled: [] };
        for (const letter of await take(channel, queue, Math.min(limit, reach))) {
          const settled = await settles(letter);
          if (settled) channel.ack(letter);
          seen[settled ? 'settled' : 'kept'].push(describeDeadLetter(letter));
        }
        if (seen.kept.length > 0) await putBack(channel, queue);
        return seen;
      }),
    );
    turn = looking.catch(() => undefined);
    return looking;
  };

  const settle = async (ids: readonly string[], act: (letter: ConsumeMessage) => Promise<boolean>) => {
    const wanted = new Set(ids);
    const { settled } = await look(
      reach,
      (letter) => wanted.has(describeDeadLetter(letter).id) && act(letter),
    );
    return [...new Set(settled.map(({ id }) => id))];
  };

  return {
    listDeadLetters: async (limit) => {
      const { kept } = await look(limit, () => false);
      return kept
        .map((letter) => ({ ...letter, queue: localName(prefix, letter.queue) }))
        .sort((a, b) => a.diedAt.getTime() - b.diedAt.getTime());
    },
    requeueDeadLetters: (ids) =>
      settle(ids, async (letter) => {
        const routingKey = brokerName(prefix, localName(prefix, queueOf(letter)));
        const posting = { exchange: '', routingKey, wire: revive(letter), durable: true };
        const [failure] = await publisher.post([posting]);
        return failure === undefined;
      }),
    dropDeadLetters: (ids) => settle(ids, async () => true),
  };
}

async function take(channel: Channel, queue: string, limit: number): Promise<readonly ConsumeMessage[]> {
  const { messageCount } = await channel.checkQueue(queue);
  const wanted = Math.min(limit, messageCount);
  const letters: ConsumeMessage[] = [];
  if (wanted === 0) return letters;
  let arrived: () => void = () => undefined;
  await channel.prefetch(wanted);
  const { consumerTag } = await channel.consume(queue, (letter) => {
    if (letter !== null) letters.push(letter);
    arrived();
  });
  while (letters.length < wanted) {
    const more = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const quiet = await within(quietMs, 'the next letter', more).catch((error: unknown) => error);
    if (quiet instanceof DeadlineError) break;
  }
  await channel.cancel(consumerTag);
  return letters;
}

/** The broker takes deliveries back in its own time; bounded, because another may be taking them meanwhile. */
async function putBack(channel: Channel, queue: string): Promise<void> {
  const before = await channel.checkQueue(queue);
  channel.nackAll(true);
  for (let look = 0; look < 20; look += 1) {
    const { messageCount } = await channel.checkQueue(queue);
    if (messageCount > before.messageCount) return;
    await delay(5);
  }
}
