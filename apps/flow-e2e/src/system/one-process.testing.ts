import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProcess } from '@attune/launch';
import { testServices } from '@attune/testing';
import { createTestDatabase } from './database.testing.js';
import { account, logIn } from './log-in.testing.js';
import { quickLeases, quickRepairs, type TestSystem } from './test-system.testing.js';

/** The all-in-one on the in-process bus; each of its services runs in the same process. */
export async function startOneProcess(): Promise<TestSystem> {
  const world = await createTestDatabase(testServices().databaseUrl);
  const dataDir = await mkdtemp(join(tmpdir(), 'attune-e2e-'));
  const [api, websocket, health] = await Promise.all([freePort(), freePort(), freePort()]);
  const start = async (env: Record<string, string> = {}) => {
    const child = startProcess('all-in-one', {
      env: {
        ...quickRepairs,
        ...quickLeases,
        ATTUNE_ADMIN_LOGIN: account.login,
        ATTUNE_ADMIN_PASSWORD: account.password,
        ATTUNE__DATA__DIR: dataDir,
        ATTUNE__DATABASE__URL: world.url,
        ATTUNE__API__PORT: String(api),
        ATTUNE__NOTIFIER__PORT: String(websocket),
        ATTUNE__HEALTH__PORT: String(health),
        ATTUNE__PACKS__DIRECTORIES: JSON.stringify(['packs/core', 'packs/examples/github']),
        ...env,
      },
      readyUrl: `http://127.0.0.1:${health}/health/ready`,
    });
    await child.ready();
    return child;
  };
  let child = await start();
  const { client, accessToken } = await logIn(`http://127.0.0.1:${api}`);
  return {
    client,
    accessToken,
    database: world.database,
    notifierUrl: `ws://127.0.0.1:${websocket}`,
    process: () => child,
    start: async (_service, env) => (child = await start(env)),
    stop: async () => {
      await child.stop();
      await world.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
