import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@attune/embedded-postgres';
import { freePort } from './free-port.js';
import { guard } from './guard.js';
import { isAlive } from './private-server.js';
import type { PrivateServer } from './private-server.js';
import { waitUntil } from './wait-until.js';

export interface PrivatePostgresOptions {
  /** Default false: a test crashes processes, not the machine. */
  fsync?: boolean;
}

/** About a second. */
export async function startPrivatePostgres({
  fsync = false,
}: PrivatePostgresOptions = {}): Promise<PrivateServer> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-postgres-'));
  await chmod(folder, 0o755); // As root the server runs as another user, who has to get in.
  const settings = { dataDir: join(folder, 'postgres'), port: await freePort(), fsync };
  let server = await startEmbeddedPostgres(settings);
  const { url, port, cluster } = server;
  const watch = () => guard(server.pid, [folder, cluster]);
  let unguard = watch();
  const crash = async () => {
    process.kill(server.pid, 'SIGKILL');
    await waitUntil(() => !isAlive(server.pid));
  };
  return {
    url,
    port,
    pid: () => server.pid,
    restart: async (how = 'clean') => {
      if (how === 'crash') await crash();
      await server.stop();
      unguard();
      server = await startEmbeddedPostgres(settings);
      unguard = watch();
    },
    stop: async () => {
      await server.stop();
      unguard();
      await Promise.all([folder, cluster].map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}
