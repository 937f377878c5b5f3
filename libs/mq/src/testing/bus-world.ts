import { randomBytes } from 'node:crypto';
import { createLogger } from '@attune/service';
import { testServices } from '@attune/testing';
import { connect } from 'amqplib';
import type { ChannelModel } from 'amqplib';
import type { Bus } from '../bus.js';
import { createMemoryBroker, openMemoryBus } from '../memory/open-memory-bus.js';
import { brokerName } from '../names.js';
import { openRabbitBus } from '../rabbit/open-rabbit-bus.js';
import type { RabbitBus } from '../rabbit/rabbit-bus.js';
import { removeTopology } from '../rabbit/remove-topology.js';
import type { UntrustedMessage } from '../wire.js';

/** A broker with nothing on it, for one test or one file. */
export interface BusWorld {
  /** A further bus on this broker. */
  open(): Promise<Bus>;
  /** Puts a message of any shape into a queue, past every check. */
  inject(queue: string, raw: UntrustedMessage): Promise<void>;
  /** Closes every bus and deletes everything. */
  dispose(): Promise<void>;
}

export interface RabbitWorld extends BusWorld {
  readonly url: string;
  readonly prefix: string;
}

export const silentLog = createLogger('test', { level: 'silent' });

export async function memoryWorld(options: { maxQueueLength?: number } = {}): Promise<BusWorld> {
  const broker = createMemoryBroker(options);
  const buses: Bus[] = [];
  return {
    open: async () => {
      const bus = openMemoryBus({ log: silentLog, broker, publishTimeoutMs: 200 });
      buses.push(bus);
      return bus;
    },
    inject: async (queue, raw) => broker.find(queue)?.push(raw),
    dispose: async () => {
      await Promise.all(buses.map((bus) => bus.close()));
    },
  };
}

export interface RabbitWorldOptions {
  /** Begins the random prefix of every name. */
  name?: string;
  /** Where the buses connect, e.g. through a proxy; the clean-up always goes to the broker itself. */
  through?: string;
}

export async function rabbitWorld({ name = 'test', through }: RabbitWorldOptions = {}): Promise<RabbitWorld> {
  const { amqpUrl } = testServices();
  const prefix = `${name}-${randomBytes(4).toString('hex')}`;
  const url = through ?? amqpUrl;
  const buses: RabbitBus[] = [];
  return {
    url,
    prefix,
    open: async () => {
      const bus = await openRabbitBus({ url, prefix, log: silentLog, publishTimeoutMs: 5_000 });
      buses.push(bus);
      return bus;
    },
    inject: (queue, { content, properties }) =>
      onBroker(amqpUrl, async (model) => {
        const channel = await model.createConfirmChannel();
        channel.sendToQueue(brokerName(prefix, queue), content, properties as object);
        await channel.waitForConfirms();
      }),
    dispose: async () => {
      await Promise.all(buses.map((bus) => bus.close()));
      const dispatchQueues = new Set(buses.flatMap((bus) => bus.queueNames));
      await removeTopology({ url: amqpUrl, prefix, dispatchQueues });
    },
  };
}

async function onBroker(url: string, act: (model: ChannelModel) => Promise<void>): Promise<void> {
  const model = await connect(url);
  try {
    await act(model);
  } finally {
    await model.close();
  }
}
