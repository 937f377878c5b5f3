import { hashToken, newApiToken } from '@attune/access';
import { countIdentities, findApiTokenByHash, listAuditEvents, revokeApiToken } from '@attune/db';
import { makeWorker, useTestDatabase } from '@attune/db/testing';
import { createMemoryBroker, openMemoryBus } from '@attune/mq';
import { ConfigError, createLogger } from '@attune/service';
import { createApi } from '../api.service.js';
import type { Api } from '../api.service.js';
import { testConfig } from '../testing/test-api.js';
import { createFirstAccount } from './first-account.js';

describe('with a configured account', () => {
  const t = useInstallation();

  test('it is made once, as administrator, and later starts change nothing', async () => {
    await t.start({ admin_login: 'ada', admin_password: 'correct horse battery' });
    await t.start({ admin_login: 'grace', admin_password: 'another fine phrase' });
    expect(await countIdentities(t.db)).toBe(1);
    const answer = await t.post('/auth/login', { login: 'ada', password: 'correct horse battery' });
    expect(answer.status).toBe(200);
    expect(t.log()).not.toContain('correct horse battery');
    expect(t.log()).not.toContain('setup_link');
    expect(await t.trail()).toEqual(['auth.setup', 'auth.login']);
  });

  test('a password everybody knows keeps the API from starting', async () => {
    const start = t.start({ admin_login: 'ada', admin_password: 'TestPass123!' });
    await expect(start).rejects.toThrow(ConfigError);
  });
});

describe('without an account', () => {
  const t = useInstallation();

  test('one whose record fails is not made', async () => {
    await t.start();
    const account = { login: 'ada', password: 'correct horse battery' };
    const failing = createFirstAccount(t.db, account, () => Promise.reject(new Error('no room')));
    await expect(failing).rejects.toThrow('no room');
    expect(await countIdentities(t.db)).toBe(0);
  });

  test('the log has a link that works once', async () => {
    await t.start();
    const token = t.setupToken();
    const account = { login: 'ada', password: 'correct horse battery' };

    expect((await t.post('/auth/setup', { ...account, setup_token: 'guess' })).status).toBe(401);
    const weak = await t.post('/auth/setup', { ...account, password: 'password', setup_token: token });
    expect(weak).toMatchObject({ status: 422, body: { details: [{ path: 'password' }] } });

    const made = await t.post('/auth/setup', { ...account, setup_token: token });
    expect(made.status).toBe(201);
    expect(made.body.data).toMatchObject({ access_token: expect.any(String), user: { login: 'ada' } });

    const again = await t.post('/auth/setup', { ...account, login: 'eve', setup_token: token });
    expect(again).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(await countIdentities(t.db)).toBe(1);
    expect(await t.trail()).toEqual(['auth.setup', 'auth.login']);
  });

  test('the link is not printed again once there is an account', async () => {
    await t.start();
    expect(t.log()).not.toContain('auth.setup_link');
  });
});

describe('with a link that several people open at once', () => {
  const t = useInstallation();

  test('one of them gets the account', async () => {
    await t.start();
    const setup_token = t.setupToken();
    const logins = ['ada', 'grace', 'alan', 'edsger'];
    const answers = await Promise.all(
      logins.map((login) => t.post('/auth/setup', { login, password: 'correct horse battery', setup_token })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409]);
    expect(await countIdentities(t.db)).toBe(1);
    expect(await t.trail()).toEqual(['auth.setup', 'auth.login']);
  });
});

describe('with a token for its workers', () => {
  const t = useInstallation();
  const daemon_token = newApiToken();

  test('it is taken as it is, and there is still no account that a person has', async () => {
    await t.start({ daemon_token });
    expect(await countIdentities(t.db)).toBe(1);
    const { id: worker_id, incarnation } = await makeWorker(t.db);
    const request = { worker_id, incarnation };
    expect((await t.post('/auth/worker-token', request, daemon_token)).status).toBe(201);
    const account = { login: 'ada', password: 'correct horse battery', setup_token: t.setupToken() };
    expect((await t.post('/auth/setup', account)).status).toBe(201);
    expect(t.log()).not.toContain(daemon_token);
  });

  test('it stays revoked', async () => {
    const { id = 0 } = (await findApiTokenByHash(t.db, hashToken(daemon_token))) ?? {};
    await revokeApiToken(t.db, id, {});
    await t.start({ daemon_token });
    const { id: worker_id, incarnation } = await makeWorker(t.db);
    expect((await t.post('/auth/worker-token', { worker_id, incarnation }, daemon_token)).status).toBe(401);
    expect(await countIdentities(t.db)).toBe(2);
  });
});

test.each(['', 'not base64', Buffer.alloc(32).toString('base64')])(
  'the master key %j keeps the API from starting',
  async (master_key) => {
    const config = testConfig();
    const weak = { ...config, security: { ...config.security, master_key } };
    await expect(
      createApi(weak, { log: createLogger('test', { level: 'silent' }) } as never),
    ).rejects.toThrow('security.master_key');
  },
);

function useInstallation() {
  const database = useTestDatabase();
  const config = testConfig();
  const bus = openMemoryBus({ log: createLogger('test', { level: 'silent' }), broker: createMemoryBroker() });
  let lines: string[] = [];
  let api: Api | undefined;

  const stop = async () => api?.stop();
  afterEach(stop);
  afterAll(() => bus.close());
  return {
    get db() {
      return database.db;
    },
    start: async (security: Record<string, string> = {}) => {
      await stop();
      lines = [];
      const log = createLogger('test', { destination: { write: (line) => void lines.push(line) } });
      const started = { ...config, security: { ...config.security, ...security } };
      api = await createApi(started, { db: database.db, bus, log });
    },
    log: () => lines.join(''),
    /** What went well, in order. */
    trail: async () => {
      const { items } = await listAuditEvents(database.db, { outcome: 'success' }, { limit: 10 });
      return items.map(({ event_type }) => event_type).toReversed();
    },
    setupToken: () => {
      const entry = lines.map((line) => JSON.parse(line) as Record<string, string>);
      const link = entry.find(({ event }) => event === 'auth.setup_link')?.['link'];
      return link?.split('#')[1] ?? '';
    },
    post: async (path: string, body: unknown, token?: string) => {
      const authorization: Record<string, string> =
        token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`${api?.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
  };
}
