import { waitUntil } from '@attune/testing';
import { startFiveProcesses } from './system/five-processes.testing.js';
import type { FiveProcesses } from './system/five-processes.testing.js';
import { quickLeases, quickRepairs } from './system/test-system.testing.js';

const quickAlerts = { ATTUNE__WATCH__ALERTS__INTERVAL_MS: '200' };

describe('the doctor of five processes', () => {
  let system: FiveProcesses;

  beforeAll(async () => {
    system = await startFiveProcesses(undefined, {
      executor: { ...quickRepairs, ...quickAlerts },
      worker: quickLeases,
    });
  }, 120_000);

  afterAll(() => system.stop());

  const findings = async () => (await system.client.doctor.diagnose()).data.findings;
  const kinds = async () => (await findings()).map(({ kind }) => kind);

  it('finds nothing while all of them are there', async () => {
    await waitUntil(async () => (await kinds()).length === 0, { timeoutMs: 20_000 });

    expect((await system.client.doctor.diagnose()).data).toMatchObject({ healthy: true, warnings: [] });
  }, 30_000);

  it('finds a killed executor, and no longer when it is started again', async () => {
    system.process('executor').kill('SIGKILL');
    await waitUntil(async () => (await kinds()).includes('service_down'), { timeoutMs: 30_000 });

    expect(await findings()).toMatchObject([
      {
        kind: 'service_down',
        subject: { ref: 'executor' },
        since: expect.any(String),
        command: 'docker compose up -d executor',
      },
    ]);

    await system.start('executor');
    await waitUntil(async () => (await kinds()).length === 0, { timeoutMs: 30_000 });
  }, 90_000);

  it('finds a killed worker, and an alert tells rules of it once', async () => {
    system.process('worker').kill('SIGKILL');
    await waitUntil(async () => (await kinds()).includes('worker_lost'), { timeoutMs: 30_000 });

    const alerts = async () =>
      (await system.client.events.list({ query: { trigger_ref: 'core.alert' } })).items;
    await waitUntil(async () => (await alerts()).length > 0, { timeoutMs: 30_000 });
    await system.start('worker');
    await waitUntil(async () => !(await kinds()).includes('worker_lost'), { timeoutMs: 30_000 });

    expect(await alerts()).toHaveLength(1);
  }, 120_000);
});
