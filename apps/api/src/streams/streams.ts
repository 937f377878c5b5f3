import { openChanges, StreamSlots } from '@attune/changes';
import type { FanOut } from '@attune/changes';
import type { Bus } from '@attune/mq';
import type { Log } from '@attune/service';
import type { StreamsConfig } from './config.js';

/** What the streams of this process share. */
export interface Streams {
  readonly fanOut: FanOut;
  readonly settings: StreamsConfig;
  /** Holds a place for a stream until its signal ends. Throws RateLimitedError when there is none. */
  open(identityId: number, signal: AbortSignal): void;
  close(): Promise<void>;
}

export interface StreamsOptions {
  bus: Bus;
  settings: StreamsConfig;
  log: Log;
}

export async function openStreams({ bus, settings, log }: StreamsOptions): Promise<Streams> {
  const changes = await openChanges({ bus, replay: settings.replay, log });
  const slots = new StreamSlots({ max: settings.max_open, maxPerIdentity: settings.max_open_per_identity });
  return {
    fanOut: changes.fanOut,
    settings,
    open: (identityId, signal) => {
      const giveBack = slots.take(identityId);
      signal.addEventListener('abort', giveBack, { once: true });
      if (signal.aborted) giveBack();
    },
    close: () => changes.close(),
  };
}
