import type { Channel, ChannelModel } from 'amqplib';
import { within } from './deadline.js';

const closeTimeoutMs = 2_000;

/** Runs `use` on a channel of its own, for operations whose failure closes their channel. */
export async function withChannel<T>(model: ChannelModel, use: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  try {
    return await use(channel);
  } finally {
    await closeChannel(channel);
  }
}

/** Resolves also when the channel or its connection is gone already. */
export async function closeChannel(channel: Channel): Promise<void> {
  try {
    await within(closeTimeoutMs, 'closing a channel', channel.close());
  } catch {
    // Closed by the broker or with its connection: nothing is left to close.
  }
}
