import { connect } from 'amqplib';
import { brokerName } from '../names.js';
import { exchanges } from '../topology.js';

/** What was sent over a broker, as it is on the wire. */
export interface ExchangeSpy {
  /** Properties and content of every message so far, as text. */
  readonly messages: readonly string[];
  close(): Promise<void>;
}

/** Listens in on every exchange of an installation, from now on. */
export async function spyOnExchanges({ url, prefix }: { url: string; prefix: string }): Promise<ExchangeSpy> {
  const model = await connect(url);
  const channel = await model.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
  for (const name of Object.keys(exchanges)) await channel.bindQueue(queue, brokerName(prefix, name), '#');
  const messages: string[] = [];
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return;
      const { content, fields, properties } = message;
      messages.push(`${fields.routingKey} ${JSON.stringify(properties)} ${content.toString('utf8')}`);
    },
    { noAck: true },
  );
  return { messages, close: () => model.close() };
}
