import { every } from '@attune/service';
import { rotateAgedKey } from './auth/rotate-signing-key.js';
import type { ApiContext } from './context.js';
import { rewrapAllSecrets } from './secrets/rewrap-secrets.js';

const intervalMs = 600_000;

/** What is done from time to time, by one of the APIs or by all of them. Resolves when nothing of it runs any more. */
export function startUpkeep(ctx: ApiContext, closing: AbortSignal): { stop(): Promise<void> } {
  const { log } = ctx;
  const repeaters = [
    every(intervalMs, () => rewrapAllSecrets(ctx, closing), { log, name: 'rewrap secrets', jitter: 0.2 }),
    every(intervalMs, () => rotateAgedKey(ctx), { log, name: 'rotate the signing key', jitter: 0.2 }),
  ];
  return {
    stop: async () => {
      await Promise.all(repeaters.map((repeater) => repeater.stop()));
    },
  };
}
