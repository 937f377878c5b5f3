import { every } from '@attune/service';
import { openArtifactStore, startArtifactUpkeep } from './artifacts/artifact-store.js';
import type { ArtifactStore } from './artifacts/artifact-store.js';
import { rotateAgedKey } from './auth/rotate-signing-key.js';
import type { ApiConfig } from './config.js';
import type { ApiContext } from './context.js';
import { rewrapAllSecrets } from './secrets/rewrap-secrets.js';

const intervalMs = 600_000;

export interface Upkeep {
  readonly artifacts: ArtifactStore;
  stop(): Promise<void>;
}

/** The work that an API does unasked. Every process does it; they do not get into each other's way. */
export async function startUpkeep(ctx: ApiContext, config: ApiConfig, closing: AbortSignal): Promise<Upkeep> {
  const { db, log } = ctx;
  const artifacts = await openArtifactStore(config.artifacts);
  const rewrap = () => rewrapAllSecrets(ctx, closing);
  const repeaters = [
    every(intervalMs, rewrap, { log, name: 'rewrap secrets', jitter: 0.2 }),
    every(intervalMs, () => rotateAgedKey(ctx), { log, name: 'rotate the signing key', jitter: 0.2 }),
    startArtifactUpkeep({ db, log, storage: artifacts.storage }, config.artifacts),
  ];
  return { artifacts, stop: async () => void (await Promise.all(repeaters.map((each) => each.stop()))) };
}
