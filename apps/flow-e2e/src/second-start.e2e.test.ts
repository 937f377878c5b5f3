import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@attune/contract';
import { freePort, startProcess, type AttuneProcess } from '@attune/launch';
import { waitUntil } from '@attune/testing';
import { account, logIn } from './system/log-in.testing.js';

describe('the all-in-one on its embedded database', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'attune-data-'));
  let child: AttuneProcess;

  afterAll(async () => {
    await child.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('finds everything as it was after a crash, and finishes what was in flight', async () => {
    const first = await start(dataDir);
    child = first.child;
    await first.client.packs.create({ body: { ref: 'kept', label: 'Kept', version: '1.0.0' } });
    const body = { action_ref: 'core.sleep', parameters: { seconds: 30 } };
    const { data: running } = await first.client.executions.execute({ body });
    await statusOf(first.client, running.id, 'running');
    const next = { action_ref: 'core.sleep', parameters: { seconds: 0 } };
    const { data: waiting } = await first.client.executions.execute({ body: next });

    child.kill('SIGKILL');
    await child.exited;
    const second = await start(dataDir);
    child = second.child;

    expect((await second.client.packs.get({ params: { ref: 'kept' } })).data.label).toBe('Kept');
    await statusOf(second.client, waiting.id, 'completed');
    await statusOf(second.client, running.id, 'abandoned');
  }, 120_000);
});

async function start(dataDir: string): Promise<{ child: AttuneProcess; client: Client }> {
  const [api, health] = await Promise.all([freePort(), freePort()]);
  const child = startProcess('all-in-one', {
    env: {
      ATTUNE_ADMIN_LOGIN: account.login,
      ATTUNE_ADMIN_PASSWORD: account.password,
      ATTUNE__DATA__DIR: dataDir,
      ATTUNE__API__PORT: String(api),
      ATTUNE__NOTIFIER__PORT: '0',
      ATTUNE__HEALTH__PORT: String(health),
      ATTUNE__LEASE__HEARTBEAT_MS: '500',
      // The program that sleeps holds the only slot, so that what comes after it waits.
      ATTUNE__WORKER__SLOTS: '1',
      ATTUNE__LEASE__LOST_AFTER_MS: '2000',
    },
    readyUrl: `http://127.0.0.1:${health}/health/ready`,
  });
  await child.ready();
  const { client } = await logIn(`http://127.0.0.1:${api}`);
  return { child, client };
}

async function statusOf(client: Client, id: number, status: string): Promise<void> {
  let seen: string | undefined;
  await waitUntil(
    async () => {
      seen = (await client.executions.get({ params: { id } })).data.status;
      return seen === status;
    },
    { timeoutMs: 60_000, message: () => `execution ${id} to be ${status}, it is ${seen}` },
  );
}
