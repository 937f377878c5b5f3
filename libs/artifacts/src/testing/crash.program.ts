import { openDatabase } from '@attune/db';
import { createLogger } from '@attune/service';

import type { ArtifactContext } from '../artifact-context.js';
import type { ArtifactStorage } from '../artifact-storage.js';
import { applyArtifactRetention } from '../apply-retention.js';
import { openFileStorage } from '../file-storage.js';
import { removeArtifact, removeVersion } from '../remove-artifact.js';
import { storeVersion } from '../store-version.js';
import { chunksOf, numberedBytes } from './byte-sources.js';

// Does something with an artifact and is killed where bytes and rows disagree: after bytes were stored, or before bytes
// are removed.

const [url = '', folder = '', artifactId = '', act = ''] = process.argv.slice(2);
const artifact = Number(artifactId);

const acts: Record<string, (ctx: ArtifactContext) => Promise<unknown>> = {
  store: (ctx) => storeVersion(ctx, { artifact, content: chunksOf([numberedBytes(100_000)]) }),
  'remove version': (ctx) => removeVersion(ctx, { artifact, version: 1 }),
  'remove artifact': (ctx) => removeArtifact(ctx, artifact),
  retention: (ctx) => applyArtifactRetention(ctx, { limit: 10 }),
};

async function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
}

const files = await openFileStorage(folder);
const storage: ArtifactStorage = {
  ...files,
  put: async (content, options) => {
    await files.put(content, options);
    return die();
  },
  remove: die,
};
const { db } = openDatabase({ url, poolSize: 1 });
await acts[act]?.({ db, storage, log: createLogger('crash', { level: 'silent' }) });
