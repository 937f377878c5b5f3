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

/** Dead letters stay in their queue: each call takes them on a channel of its own, whose end puts the rest back. */
export function rabbitDeadLetters({ model, publisher, prefix }: DeadLetterOptions): DeadLetters {
  const queue = brokerName(prefix, deadLetterQueue);

  const describe = (letter: ConsumeMessage): DeadLetter => {
    const described = describeDeadLetter(letter);
    return { ...described, queue: localName(prefix, described.queue) };
  };

  const onMatching = async (
    ids: readonly string[],
    act: (channel: Channel, letter: ConsumeMessage) => Promise<boolean>,
  ): Promise<readonly string[]> =>
    withChannel(await model(), async (channel) => {
      const done: string[] = [];
      for (const letter of await take(channel, queue, reach)) {
        const { id } = describe(letter);
        if (ids.includes(id) && (await act(channel, letter))) done.push(id);
      }
      return [...new Set(done)];
    });

  return {
    listDeadLetters: async (limit) => {
      const letters = await withChannel(await model(), (channel) =>
        take(channel, queue, Math.min(limit, reach)),
      );
      return letters.map(describe).sort((a, b) => a.diedAt.getTime() - b.diedAt.getTime());
    },
    requeueDeadLetters: (ids) =>
      onMatching(ids, async (channel, letter) => {
        const routingKey = brokerName(prefix, localName(prefix, queueOf(letter)));
        const [failure] = await publisher.post([
          { exchange: '', routingKey, wire: revive(letter), durable: true },
        ]);
        if (failure === undefined) channel.ack(letter);
        return failure === undefined;
      }),
    dropDeadLetters: (ids) =>
      onMatching(ids, async (channel, letter) => {
        channel.ack(letter);
        return true;
      }),
  };
}

async function take(channel: Channel, queue: string, limit: number): Promise<ConsumeMessage[]> {
  const { messageCount } = await channel.checkQueue(queue);
  const wanted = Math.min(limit, messageCount);
  const letters: ConsumeMessage[] = [];
  if (wanted === 0) return letters;
  await channel.prefetch(wanted);
  let arrived: () => void = () => undefined;
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
  return letters.slice(0, wanted);
}
