import { endSession, updateIdentity, updatePermissionSet } from '@attune/db';
import { useTestDatabase } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { definitionChanged, message, notice } from '@attune/mq';
import type { Bus, NoticeChange } from '@attune/mq';
import { memoryWorld, rabbitWorld, silentLog } from '@attune/mq/testing';
import type { BusWorld } from '@attune/mq/testing';
import type { Clock } from '@attune/service';
import { describeLifecycle, waitUntil } from '@attune/testing';
import { notifierConfig } from './config.js';
import type { NotifierSettings } from './config.js';
import { createNotifier } from './notifier.service.js';
import type { Notifier } from './notifier.service.js';
import { makeAccount, makeForger, makeSigner } from './testing/accounts.js';
import type { Signer } from './testing/accounts.js';
import { openClient, refusedUpgrade } from './testing/stream-client.js';

const database = useTestDatabase();
const position = /^\d+-[0-9a-f]{8}$/;
const readAll: Grant[] = (['executions', 'events', 'rules', 'inquiries'] as const).map((resource) => ({
  resource,
  actions: ['read'],
}));

let world: BusWorld;
let bus: Bus;
let signer: Signer;
const started: Notifier[] = [];

async function start(
  settings: Partial<NotifierSettings> = {},
  more: { bus?: Bus; clock?: Clock } = {},
): Promise<Notifier> {
  const config = notifierConfig.parse({ notifier: { port: 0, ...settings } });
  const notifier = await createNotifier(config, { db: database.db, bus, log: silentLog, ...more });
  started.push(notifier);
  return notifier;
}

function tell(...changes: NoticeChange[]): Promise<void> {
  return bus.publish([message(notice, { changes })]);
}

const execution = (entityId: number, more: Partial<NoticeChange> = {}): NoticeChange => ({
  entityType: 'execution',
  entityId,
  change: 'updated',
  ref: 'core.echo',
  packRef: 'core',
  root: entityId,
  status: 'running',
  ...more,
});

beforeAll(async () => {
  signer = await makeSigner(database.db);
});

beforeEach(async () => {
  world = await memoryWorld();
  bus = await world.open();
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((notifier) => notifier.stop()));
  await world.dispose();
});

describeLifecycle('notifier', { create: () => start() });

describe('a stream', () => {
  test('carries matching changes with increasing ids to a client that sent its token in the header', async () => {
    const { url } = await start();
    const account = await makeAccount(database.db, readAll);
    const client = await openClient(url, await signer.sign(account));
    const ready = await client.next('ready');
    expect(ready).toMatchObject({ login: account.identity.login, after: expect.stringMatching(position) });
    await client.subscribe('s1', { entity_type: 'execution' });

    await tell(execution(1), {
      entityType: 'rule',
      entityId: 5,
      change: 'created',
      ref: 'core.r',
      packRef: 'core',
    });
    await tell(execution(2, { status: 'completed' }));

    await client.next('change');
    expect(await client.next('change')).toEqual({
      type: 'change',
      subscriptions: ['s1'],
      id: expect.stringMatching(position) as string,
      at: expect.any(String) as string,
      entity_type: 'execution',
      entity_id: 2,
      change: 'updated',
      ref: 'core.echo',
      pack_ref: 'core',
      root: 2,
      status: 'completed',
    });
    const ids = client.messages
      .filter(({ type }) => type === 'change')
      .map(({ id }) => Number.parseInt(id as string, 10));
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBeLessThan(ids[1] ?? 0);
  });

  test('begins with an auth message when there is no header', async () => {
    const { url } = await start();
    const client = await openClient(url);
    client.send({ type: 'auth', token: await signer.sign(await makeAccount(database.db, readAll)) });
    client.send({ type: 'subscribe', id: 's1' });
    await client.next('subscribed');
    await tell(execution(1));
    expect(await client.next('change')).toMatchObject({ entity_id: 1, subscriptions: ['s1'] });
  });

  test('names every subscription of a change once, and none after it is unsubscribed', async () => {
    const { url } = await start();
    const client = await openClient(url, await signer.sign(await makeAccount(database.db, readAll)));
    await client.subscribe('tree', { root: 1 });
    await client.subscribe('ref', { ref: 'core.*' });
    await client.subscribe('other', { entity_id: 99 });
    await tell(execution(2, { root: 1 }));
    const both = await client.next('change');
    expect((both['subscriptions'] as string[]).sort()).toEqual(['ref', 'tree']);

    client.send({ type: 'unsubscribe', id: 'ref' });
    await client.next('unsubscribed');
    await tell(execution(3, { root: 1 }));
    expect(await client.next('change')).toMatchObject({ subscriptions: ['tree'] });
  });

  test('with `mine` carries what belongs to the caller', async () => {
    const { url } = await start();
    const account = await makeAccount(database.db, readAll);
    const client = await openClient(url, await signer.sign(account));
    await client.subscribe('inbox', { entity_type: 'inquiry', mine: true });
    const inquiry = { entityType: 'inquiry', change: 'created' as const };
    await tell(
      { ...inquiry, entityId: 1, identityId: account.identity.id + 1 },
      { ...inquiry, entityId: 2, identityId: account.identity.id },
    );
    expect(await client.next('change')).toMatchObject({ entity_id: 2 });
  });

  test('resumes where it ended, also on another notifier, or says that it cannot', async () => {
    const [one, other] = [await start({ replay: 3 }), await start({ replay: 3 })];
    const token = await signer.sign(await makeAccount(database.db, readAll));
    const first = await openClient(one.url, token);
    await first.subscribe('s1', { entity_type: 'execution' });
    await tell(execution(1), execution(2));
    const { id: after } = await first.next('change');
    first.socket.close();
    await first.closed();
    await tell(execution(3));

    for (const { url } of [one, other]) {
      const second = await openClient(url, token);
      await second.subscribe('s1', { entity_type: 'execution' }, after as string);
      expect([await second.next('change'), await second.next('change')]).toMatchObject([
        { entity_id: 2 },
        { entity_id: 3 },
      ]);
    }

    await tell(execution(4), execution(5), execution(6), execution(7));
    const late = await openClient(one.url, token);
    const subscribed = await late.subscribe('s1', {}, after as string);
    expect(subscribed).not.toHaveProperty('after');
    const reset = await late.next('reset');
    expect(reset).toMatchObject({ subscription: 's1', after: expect.stringMatching(position) });
    await late.subscribe('s2', {}, 'nonsense');
    expect(await late.next('reset')).toMatchObject({ subscription: 's2' });
    await late.subscribe('s3', {}, reset['after'] as string);
    await tell(execution(8));
    expect(await late.next('change')).toMatchObject({ subscriptions: ['s1', 's2', 's3'], entity_id: 8 });
  });

  test('says where it stands when it is asked, so that a quiet client can come back there', async () => {
    const { url } = await start();
    const client = await openClient(url, await signer.sign(await makeAccount(database.db, readAll)));
    const { after } = await client.next('ready');
    await client.subscribe('s1', { entity_id: 99 });
    await tell(execution(1));
    const later = await waitUntil(async () => {
      client.send({ type: 'ping' });
      const pong = await client.next('pong');
      return pong['after'] === after ? undefined : pong['after'];
    });
    expect(Number.parseInt(later as string, 10)).toBeGreaterThan(Number.parseInt(after as string, 10));
  });
});

describe('what a client may not read', () => {
  test('is not told', async () => {
    const { url } = await start();
    const limited: Grant[] = [
      { resource: 'executions', actions: ['read'], constraints: { pack_refs: ['core'] } },
    ];
    const client = await openClient(url, await signer.sign(await makeAccount(database.db, limited)));
    await client.subscribe('all');
    await tell(
      execution(1, { packRef: 'secret', ref: 'secret.thing' }),
      { entityType: 'key', entityId: 2, change: 'updated', ref: 'core.password' },
      execution(3),
    );
    expect(await client.next('change')).toMatchObject({ entity_id: 3 });
    expect(client.messages.filter(({ type }) => type === 'change')).toHaveLength(1);
  });

  test('counts as of now: a grant that was taken away is gone within the recheck', async () => {
    const { url } = await start({ recheck_ms: 100 });
    const account = await makeAccount(database.db, readAll);
    const client = await openClient(url, await signer.sign(account));
    await client.subscribe('all');
    await tell(execution(1));
    await client.next('change');

    await updatePermissionSet(database.db, account.permissionSet.id, {
      grants: [{ resource: 'rules', actions: ['read'] }],
    });
    await waitUntil(async () => {
      const before = client.messages.length;
      const ruleId = before + 1_000;
      await tell(execution(ruleId), {
        entityType: 'rule',
        entityId: ruleId,
        change: 'updated',
        ref: 'core.r',
      });
      await waitUntil(() => client.messages.some((message) => message['entity_id'] === ruleId));
      return !client.messages.some(
        (message) => message['entity_type'] === 'execution' && message['entity_id'] === ruleId,
      );
    });
  });

  test('counts at once when the permission set is announced as changed', async () => {
    const noTimePasses = new Date();
    const { url } = await start({}, { clock: { now: () => noTimePasses } });
    const account = await makeAccount(database.db, readAll);
    const client = await openClient(url, await signer.sign(account));
    await client.subscribe('all');
    await tell(execution(1));
    await client.next('change');

    const set = account.permissionSet;
    await updatePermissionSet(database.db, set.id, { grants: [{ resource: 'rules', actions: ['read'] }] });
    const body = {
      entityType: 'permission_set',
      id: set.id,
      ref: set.ref,
      version: 2,
      change: 'updated' as const,
    };
    await bus.publish([message(definitionChanged, body)]);
    let entityId = 100;
    await waitUntil(async () => {
      entityId += 1;
      await tell(execution(entityId), { entityType: 'rule', entityId, change: 'updated', ref: 'core.r' });
      await waitUntil(() => client.messages.some((message) => message['entity_id'] === entityId));
      return (
        client.messages.at(-1)?.['entity_type'] === 'rule' &&
        client.messages.at(-2)?.['entity_id'] !== entityId
      );
    });
  });
});

describe('a token', () => {
  test('that cannot be trusted is refused before there is a stream', async () => {
    const { url } = await start();
    const account = await makeAccount(database.db, readAll);
    const past = Math.floor(Date.now() / 1_000) - 60;
    const other = await makeAccount(database.db, readAll);
    const forger = await makeForger(signer.kid);
    await (await openClient(url, await signer.sign(account))).next('ready');
    const stranger = await makeForger('no-such-key');
    const tokens = {
      'not a token': 'abc',
      'signed with another key': await forger.sign(account),
      'signed with an unknown key': await stranger.sign(account),
      'for another audience': await signer.sign(account, { aud: 'other' }),
      'of another issuer': await signer.sign(account, { iss: 'other' }),
      'of another kind': await signer.sign(account, { kind: 'worker' }),
      'without a kind': await signer.sign(account, { kind: undefined }),
      'without a session': await signer.sign(account, { sid: undefined }),
      'of another session': await signer.sign(account, { sid: '00000000-0000-4000-8000-000000000000' }),
      'of another identity than its session': await signer.sign(account, { sub: String(other.identity.id) }),
      expired: await signer.sign(account, { exp: past }),
      unsigned: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await signer.sign(account)).split('.')[1]}.`,
    };
    for (const [what, token] of Object.entries(tokens)) {
      const { status, body } = await refusedUpgrade(url, token);
      expect({ what, status, code: body['code'] }).toEqual({ what, status: 401, code: 'UNAUTHENTICATED' });
    }
  });

  test('in the address is refused, as is any other path', async () => {
    const { url } = await start();
    const token = await signer.sign(await makeAccount(database.db, readAll));
    expect(await refusedUpgrade(`${url}?access_token=${token}`)).toMatchObject({ status: 400 });
    expect(await refusedUpgrade(url.replace('/ws', '/other'), token)).toMatchObject({ status: 404 });
  });

  test('that is wrong in an auth message ends the stream, saying why', async () => {
    const { url } = await start();
    const client = await openClient(url);
    client.send({ type: 'auth', token: 'abc' });
    expect(await client.next('error')).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'the access token is not valid',
    });
    expect(await client.closed()).toMatchObject({ code: 4401 });
  });

  test('that expires ends the stream, also when nothing is delivered', async () => {
    const { url } = await start();
    const account = await makeAccount(database.db, readAll);
    const client = await openClient(
      url,
      await signer.sign(account, { exp: Math.ceil(Date.now() / 1_000) + 1 }),
    );
    await client.subscribe('all');
    expect(await client.closed()).toEqual({
      code: 4401,
      reason: 'the access token has expired; refresh it or log in again',
    });
  });

  test('sent again in time prolongs the stream; one of another account ends it', async () => {
    const { url } = await start();
    const account = await makeAccount(database.db, readAll);
    const soon = Math.ceil(Date.now() / 1_000) + 1;
    const client = await openClient(url, await signer.sign(account, { exp: soon }));
    await client.next('ready');
    client.send({ type: 'auth', token: await signer.sign(account) });
    await client.next('ready');
    await waitUntil(() => Date.now() > (soon + 0.3) * 1_000);
    expect(client.socket.readyState).toBe(client.socket.OPEN);

    client.send({ type: 'auth', token: await signer.sign(await makeAccount(database.db, readAll)) });
    expect((await client.closed()).code).toBe(4401);
  });

  test('whose session ends, or whose account is frozen, stops being told of anything', async () => {
    const { url } = await start({ recheck_ms: 100 });
    for (const end of [
      (account: Awaited<ReturnType<typeof makeAccount>>) =>
        endSession(database.db, account.session.id, 'logout'),
      (account: Awaited<ReturnType<typeof makeAccount>>) =>
        updateIdentity(database.db, account.identity.id, { frozen: true }),
    ]) {
      const account = await makeAccount(database.db, readAll);
      const client = await openClient(url, await signer.sign(account));
      await client.next('ready');
      await end(account);
      expect((await client.closed()).code).toBe(4401);
    }
  });

  test('signed with a key made after the notifier started is accepted', async () => {
    const { url } = await start();
    const account = await makeAccount(database.db, readAll);
    await (await openClient(url, await signer.sign(account))).next('ready');
    const rotated = await makeSigner(database.db);
    const client = await waitUntil(async () => openIfAccepted(url, await rotated.sign(account)));
    await client.next('ready');
  });
});

async function openIfAccepted(url: string, token: string) {
  const client = openClient(url, token);
  return client.catch(() => undefined);
}

describe('a client', () => {
  test('that does not authenticate in time is sent away', async () => {
    const { url } = await start({ auth_timeout_ms: 100 });
    const client = await openClient(url);
    expect(await client.closed()).toEqual({ code: 4408, reason: 'not authenticated in time' });
  });

  test('that subscribes before it has authenticated is sent away', async () => {
    const { url } = await start();
    const client = await openClient(url);
    client.send({ type: 'subscribe', id: 's1' });
    expect(await client.next('error')).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await client.closed()).code).toBe(4401);
  });

  test('that sends something wrong is told what and goes on; one that does nothing else is sent away', async () => {
    const { url } = await start();
    const client = await openClient(url, await signer.sign(await makeAccount(database.db, readAll)));
    await client.next('ready');
    client.send({ type: 'subscribe', id: 's1', filter: { entity_typ: 'rule' } });
    expect(await client.next('error')).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'filter', message: 'Unrecognized key: "entity_typ"' }],
    });
    await client.subscribe('s1');
    client.send({ type: 'subscribe', id: 's1' });
    expect(await client.next('error')).toMatchObject({ code: 'CONFLICT' });
    client.send({ type: 'unsubscribe', id: 'unknown' });
    expect(await client.next('error')).toMatchObject({ message: "there is no subscription 'unknown'" });

    for (let count = 0; count < 20; count += 1) client.socket.send('rubbish');
    expect(await client.closed()).toEqual({ code: 4400, reason: 'too many wrong messages' });
  });

  test('that sends a frame too large is cut off', async () => {
    const { url } = await start({ max_frame_bytes: 1_024 });
    const client = await openClient(url, await signer.sign(await makeAccount(database.db, readAll)));
    await client.next('ready');
    client.socket.send('x'.repeat(2_000));
    expect((await client.closed()).code).toBe(1009);
  });

  test('has a bounded number of subscriptions', async () => {
    const { url } = await start({ max_subscriptions: 2 });
    const client = await openClient(url, await signer.sign(await makeAccount(database.db, readAll)));
    await client.subscribe('s1');
    await client.subscribe('s2');
    client.send({ type: 'subscribe', id: 's3' });
    expect(await client.next('error')).toMatchObject({ message: 'a stream has at most 2 subscriptions' });
  });

  test('too many is refused', async () => {
    const { url } = await start({ max_connections: 1 });
    const token = await signer.sign(await makeAccount(database.db, readAll));
    await (await openClient(url, token)).next('ready');
    expect(await refusedUpgrade(url, token)).toMatchObject({ status: 503 });
  });

  test('too many of one account are sent away, and others are not', async () => {
    const { url } = await start({ max_connections_per_identity: 1 });
    const [one, two] = [await makeAccount(database.db, readAll), await makeAccount(database.db, readAll)];
    const first = await openClient(url, await signer.sign(one));
    await first.next('ready');
    const second = await openClient(url, await signer.sign(one));
    expect(await second.closed()).toEqual({
      code: 4429,
      reason: 'this account has 1 streams open already; close one first',
    });
    await (await openClient(url, await signer.sign(two))).next('ready');
    first.socket.close();
    await first.closed();
    const third = await waitUntil(async () => {
      const client = await openClient(url, await signer.sign(one));
      return Promise.race([client.next('ready'), client.closed().then(() => undefined)]);
    });
    expect(third).toMatchObject({ type: 'ready' });
  });

  test('that sends messages without end is sent away', async () => {
    const { url } = await start({ max_messages_per_second: 5 });
    const client = await openClient(url, await signer.sign(await makeAccount(database.db, readAll)));
    await client.next('ready');
    for (let count = 0; count < 20; count += 1) client.send({ type: 'ping' });
    expect((await client.closed()).code).toBe(4429);
  });

  test('that does not read is cut off, and the others are told everything', async () => {
    const { url } = await start({ max_buffered_bytes: 16_384 });
    const token = await signer.sign(await makeAccount(database.db, readAll));
    const slow = await openClient(url, token);
    const quick = await openClient(url, token);
    await slow.subscribe('all');
    await quick.subscribe('all');
    slow.socket.pause();

    const refs = 'core.'.padEnd(1_000, 'x');
    let told = 0;
    await waitUntil(async () => {
      const changes = Array.from({ length: 200 }, (_, index) => execution(told + index + 1, { ref: refs }));
      told += 200;
      await tell(...changes);
      await waitUntil(() => quick.messages.filter(({ type }) => type === 'change').length === told);
      return told >= 20_000;
    });
    slow.socket.resume();
    expect((await slow.closed()).code).not.toBe(1000);
    expect(slow.messages.filter(({ type }) => type === 'change').length).toBeLessThan(told);
    expect(quick.socket.readyState).toBe(quick.socket.OPEN);
  }, 60_000);

  test('that is gone without a word is forgotten at the next ping', async () => {
    const { url } = await start({ ping_ms: 1_000, max_connections: 1 });
    const token = await signer.sign(await makeAccount(database.db, readAll));
    const gone = await openClient(url, token);
    await gone.next('ready');
    gone.socket.pause();
    const client = await waitUntil(() => openIfAccepted(url, token));
    await client.next('ready');
  });

  test('is told when the notifier stops', async () => {
    const notifier = await start();
    const client = await openClient(notifier.url, await signer.sign(await makeAccount(database.db, readAll)));
    await client.next('ready');
    await notifier.stop();
    expect(await client.closed()).toEqual({ code: 1001, reason: 'the notifier stops' });
  });
});

describe('on RabbitMQ', () => {
  let rabbit: BusWorld;
  beforeEach(async () => {
    rabbit = await rabbitWorld({ name: 'notifier' });
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((notifier) => notifier.stop()));
    await rabbit.dispose();
  });

  test('every notifier tells its own clients', async () => {
    const token = await signer.sign(await makeAccount(database.db, readAll));
    const clients = await Promise.all(
      [1, 2].map(async () => {
        const { url } = await start({}, { bus: await rabbit.open() });
        const client = await openClient(url, token);
        await client.subscribe('all');
        return client;
      }),
    );
    const publisher = await rabbit.open();
    await publisher.publish([message(notice, { changes: [execution(7)] })]);
    for (const client of clients) expect(await client.next('change')).toMatchObject({ entity_id: 7 });
  });
});
