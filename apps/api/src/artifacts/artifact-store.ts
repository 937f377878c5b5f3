import { applyArtifactRetention, openFileStorage, sweepOrphans } from '@attune/artifacts';
import type { ArtifactContext, ArtifactStorage } from '@attune/artifacts';
import { every } from '@attune/service';
import type { ArtifactsConfig } from './artifacts.config.js';

/** Versions removed, and artifacts looked at, in one look; the next one goes on. */
const retentionLimit = 5000;
/** Far longer than an upload may take to get its row, and than clocks differ. */
const orphanAgeMs = 24 * 3_600_000;
const keysPerLook = 10_000;
const jitter = 0.2;

/** What the resources of artifacts work with. */
export interface ArtifactStore {
  readonly storage: ArtifactStorage;
  readonly maxUploadBytes: number;
}

export async function openArtifactStore(config: ArtifactsConfig): Promise<ArtifactStore> {
  return { storage: await openFileStorage(config.directory), maxUploadBytes: config.max_upload_bytes };
}

export interface ArtifactUpkeep {
  stop(): Promise<void>;
}

/** Removes what is kept no longer, and what crashes have left. Every API process does it: they share the work. */
export function startArtifactUpkeep(ctx: ArtifactContext, config: ArtifactsConfig): ArtifactUpkeep {
  const { log } = ctx;
  let after: string | undefined;
  const retain = async () => {
    const { versions, artifacts, bytesLeft } = await applyArtifactRetention(ctx, { limit: retentionLimit });
    if (versions > 0) log.info({ event: 'artifacts.retained', versions, artifacts, bytes_left: bytesLeft });
  };
  const sweep = async () => {
    const report = await sweepOrphans(ctx, { olderThanMs: orphanAgeMs, limit: keysPerLook, after });
    after = report.next;
    const { removed, unfinished } = report;
    if (removed + unfinished > 0) log.warn({ event: 'artifacts.orphans_removed', removed, unfinished });
  };
  const repeaters = [
    every(config.retention_interval_ms, retain, { log, name: 'retain artifacts', jitter }),
    every(config.orphan_interval_ms, sweep, { log, name: 'sweep artifact orphans', jitter }),
  ];
  return { stop: async () => void (await Promise.all(repeaters.map((repeater) => repeater.stop()))) };
}
