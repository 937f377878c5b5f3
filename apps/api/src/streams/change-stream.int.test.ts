import { randomBytes } from 'node:crypto';
import { createClient } from '@attune/contract';
import { updateIdentity } from '@attune/db';
import type { Grant } from '@attune/domain';
import { message, notice } from '@attune/mq';
import type { NoticeChange } from '@attune/mq';
import { createLogger } from '@attune/service';
import { waitUntil } from '@attune/testing';
import { createApi } from '../api.service.js';
import { openStream } from '../testing/open-stream.js';
import { testConfig, useTestApi } from '../testing/test-api.js';

const security = { master_key: randomBytes(32).toString('base64') };
const t = useTestApi({
  security,
  streams: { max_open_per_identity: 3, max_waiting: 500, replay: 500, recheck_ms: 50, alive_ms: 100 },
});

const readAll: Grant[] = (['executions', 'rules', 'inquiries'] as const).map((resource) => ({
  resource,
  actions: ['read'],
}));
/** Longer than any answer about a token is believed. */
const stale = 6_000;

let lastId = 1_000;
const nextId = () => (lastId += 1);

function execution(entityId: number, more: Partial<NoticeChange> = {}): NoticeChange {
  const subject = { ref: 'core.echo', packRef: 'core', root: entityId, status: 'running' };
  return { entityType: 'execution', entityId, change: 'updated', ...subject, ...more };
}

function tell(...changes: NoticeChange[]): Promise<void> {
  return t.bus.publish([message(notice, { changes })]);
}

async function open(grants: readonly Grant[] = readAll, query = '') {
  const account = await t.login(grants);
  const stream = await openStream(t, account.token, { path: `/api/v1/stream${query}` });
  await stream.next('alive');
  return { ...account, stream };
}

test('it carries what happens, with increasing ids, as the contract says', async () => {
  const { stream } = await open();
  const id = nextId();
  await tell(execution(id), { entityType: 'rule', entityId: id, change: 'deleted', ref: 'core.r' });
  const [first, second] = [await stream.next('change'), await stream.next('change')];
  expect(first).toEqual({
    event: 'change',
    id: expect.stringMatching(/^\d+-[0-9a-f]{8}$/),
    data: {
      id: first.id,
      at: expect.any(String),
      entity_type: 'execution',
      entity_id: id,
      change: 'updated',
      ref: 'core.echo',
      pack_ref: 'core',
      root: id,
      status: 'running',
    },
  });
  expect(second.data).toMatchObject({ entity_type: 'rule', change: 'deleted' });
  expect(Number.parseInt(second.id ?? '', 10)).toBeGreaterThan(Number.parseInt(first.id ?? '', 10));
});

test('changes made through the API arrive', async () => {
  const { stream } = await open([{ resource: 'executions', actions: ['read'] }]);
  const client = await t.client();
  const { data } = await client.executions.execute({
    body: { action_ref: 'core.echo', parameters: { message: 'x' } },
  });
  const change = await stream.next('change');
  expect(change.data).toMatchObject({ entity_type: 'execution', entity_id: data.id, change: 'created' });
});

test('filters narrow it, all of them together', async () => {
  const account = await t.login(readAll);
  const [one, two, three, root] = [nextId(), nextId(), nextId(), nextId()];
  const cases: [string, number[]][] = [
    ['?entity_type=rule,inquiry', [two, three]],
    ['?entity_type=rule&entity_type=inquiry', [two, three]],
    [`?entity_id=${one}`, [one]],
    [`?root=${root}`, [one]],
    ['?ref=core.ec*', [one]],
    ['?ref=core.r', [two]],
    ['?mine=true', [three]],
    ['?mine=false&entity_type=inquiry', [three]],
    ['?mine=true&entity_type=rule', []],
  ];
  for (const [query, expected] of cases) {
    const stream = await openStream(t, account.token, { path: `/api/v1/stream${query}` });
    await stream.next('alive');
    await tell(
      execution(one, { root }),
      { entityType: 'rule', entityId: two, change: 'updated', ref: 'core.r' },
      { entityType: 'inquiry', entityId: three, change: 'created', identityId: account.identityId },
    );
    await stream.next('alive');
    expect({ query, ids: stream.entityIds() }).toEqual({ query, ids: expected });
    stream.response.destroy();
  }
});

test.each([
  ['entity_type=rul', 'query.entity_type'],
  ['entity_id=x', 'query.entity_id'],
  ['ref=a*b', 'query.ref'],
  ['mine=maybe', 'query.mine'],
])('a filter that is wrong is refused: %s', async (query, path) => {
  const { status, body } = await t.request('GET', `/api/v1/stream?${query}`, { token: await t.admin() });
  expect(status).toBe(422);
  expect(body.details?.[0]?.path).toContain(path);
});

describe('coming back', () => {
  test('with the last id gives what was missed, by header or by query, also what only a quiet stream saw', async () => {
    const { stream, token } = await open(readAll, '?entity_id=1');
    const [one, two] = [nextId(), nextId()];
    await tell(execution(one));
    const seen = await waitUntil(() => {
      const latest = stream.events.findLast(({ event }) => event === 'alive')?.id;
      return latest === stream.events[0]?.id ? undefined : latest;
    });
    stream.response.destroy();
    await tell(execution(two));
    for (const back of [{ lastEventId: seen }, { path: `/api/v1/stream?after=${seen}` }]) {
      const again = await openStream(t, token, back);
      await again.next('alive');
      expect(again.entityIds()).toEqual([two]);
      expect(again.events.map(({ event }) => event)).not.toContain('reset');
      again.response.destroy();
    }
  });

  test.each([['nonsense'], ['17-00000000'], ['999999999999-0123abcd'], ['-1'], ['1e9-00000000']])(
    'with %s, which no server can know, gives a reset and then what happens',
    async (lastEventId) => {
      const { token } = await t.login(readAll);
      const stream = await openStream(t, token, { lastEventId });
      const reset = await stream.next('reset');
      const id = nextId();
      await tell(execution(id));
      await stream.next('change');
      expect(stream.entityIds()).toEqual([id]);
      stream.response.destroy();

      const again = await openStream(t, token, { lastEventId: reset.id ?? '' });
      await again.next('change');
      expect(again.entityIds()).toEqual([id]);
      again.response.destroy();
    },
  );

  test('after more than is kept gives a reset', async () => {
    const { stream, token } = await open();
    const first = stream.events[0]?.id ?? '';
    stream.response.destroy();
    for (let batch = 0; batch < 6; batch += 1) {
      await tell(...Array.from({ length: 100 }, () => execution(nextId())));
    }
    const again = await openStream(t, token, { lastEventId: first });
    await again.next('reset');
    await again.next('alive');
    expect(again.entityIds()).toEqual([]);
  });

  test('does not give what may not be read any more', async () => {
    const { stream, token, login } = await open();
    const first = stream.events[0]?.id ?? '';
    stream.response.destroy();
    const [one, two] = [nextId(), nextId()];
    await tell(execution(one), { entityType: 'rule', entityId: two, change: 'updated', ref: 'core.r' });
    await t.limit(login, [{ resource: 'rules', actions: ['read'] }]);
    t.clock.ms += stale;
    const again = await openStream(t, token, { lastEventId: first });
    await again.next('change');
    expect(again.entityIds()).toEqual([two]);
  });
});

describe('what may not be read', () => {
  test('is not told, within the limits of each grant', async () => {
    const { stream } = await open([
      { resource: 'executions', actions: ['read'], constraints: { pack_refs: ['core'] } },
    ]);
    const id = nextId();
    await tell(
      execution(nextId(), { packRef: 'other', ref: 'other.x' }),
      { entityType: 'key', entityId: nextId(), change: 'updated', ref: 'core.password' },
      { entityType: 'execution', entityId: nextId(), change: 'updated' },
      execution(id),
    );
    await stream.next('change');
    expect(stream.entityIds()).toEqual([id]);
  });

  test('is decided message by message: a grant that is taken away counts within seconds', async () => {
    const { stream, login } = await open();
    const [one, two, three] = [nextId(), nextId(), nextId()];
    await tell(execution(one));
    await stream.next('change');
    await t.limit(login, [{ resource: 'rules', actions: ['read'] }]);
    t.clock.ms += stale;
    await tell(execution(two), { entityType: 'rule', entityId: three, change: 'updated', ref: 'core.r' });
    await stream.next('change');
    expect(stream.entityIds()).toEqual([one, three]);
  });
});

describe('it ends, saying why,', () => {
  test('when the session does', async () => {
    const { stream, token } = await open();
    await t.request('POST', '/auth/logout', { token, json: {} });
    expect((await stream.next('end')).data).toMatchObject({ code: 'UNAUTHORIZED' });
    await stream.ended();
  });

  test('when the account is frozen', async () => {
    const { stream, identityId } = await open();
    await updateIdentity(t.db, identityId, { frozen: true });
    t.clock.ms += stale;
    expect((await stream.next('end')).data).toMatchObject({ message: 'the account is not active' });
    await stream.ended();
  });

  test('when the token expires, and nothing is told after it', async () => {
    const { stream } = await open();
    t.clock.ms += 901_000;
    await tell(execution(nextId()));
    expect((await stream.next('end')).data).toMatchObject({ code: 'UNAUTHORIZED' });
    await stream.ended();
    expect(stream.entityIds()).toEqual([]);
  });
});

test('an account has a bounded number of streams, and closing one makes room', async () => {
  const { stream, token } = await open();
  await Promise.all([openStream(t, token), openStream(t, token)]);
  const { status, body } = await t.request('GET', '/api/v1/stream', { token });
  expect({ status, code: body.code }).toEqual({ status: 429, code: 'TOO_MANY_REQUESTS' });
  await (await open()).stream.next('alive');
  stream.response.destroy();
  await waitUntil(async () => {
    const again = await openStream(t, token);
    again.response.destroy();
    return again.status === 200;
  });
});

test('a reader that does not read is cut off, and others are told everything', async () => {
  const slow = (await open()).stream;
  const quick = (await open()).stream;
  slow.response.pause();
  const ref = `core.${'x'.repeat(4_000)}`;
  let told = 0;
  for (; told < 6_000; told += 100) {
    await tell(...Array.from({ length: 100 }, () => execution(nextId(), { ref })));
    await waitUntil(() => quick.events.length > told + 100, { intervalMs: 2 });
  }
  slow.response.resume();
  await slow.ended();
  expect(slow.entityIds().length).toBeLessThan(told);
  expect(quick.response.closed).toBe(false);
}, 60_000);

test('the typed client follows it, and goes on by itself when the connection is cut', async () => {
  const { token } = await t.login(readAll);
  const stop = new AbortController();
  let connections = 0;
  const client = createClient({
    baseUrl: t.api.url,
    token,
    fetch: async (...request) => {
      connections += 1;
      const response = await fetch(...request);
      if (connections > 2) return response;
      return new Response(response.body?.pipeThrough(cutAfter(3)) ?? null, response);
    },
  });
  const ids: number[] = [];
  let isAlive = false;
  const reading = (async () => {
    for await (const event of client.followChanges({ signal: stop.signal })) {
      if (event.event === 'change') ids.push(event.data.entity_id);
      isAlive ||= event.event === 'alive';
      if (event.event === 'reset') throw new Error('reset');
    }
  })();
  await waitUntil(() => isAlive);
  const expected: number[] = [];
  await waitUntil(async () => {
    expected.push(nextId());
    await tell(execution(expected.at(-1) ?? 0));
    await waitUntil(() => ids.at(-1) === expected.at(-1));
    return connections >= 3;
  });
  stop.abort();
  await reading;
  expect(ids).toEqual(expected);
});

/** Lets a number of pieces through and then breaks off. */
function cutAfter(pieces: number): TransformStream<Uint8Array, Uint8Array> {
  let seen = 0;
  return new TransformStream({
    transform: (piece, controller) => {
      seen += 1;
      if (seen <= pieces) controller.enqueue(piece);
      else controller.error(new Error('cut'));
    },
  });
}

test('a server that stops ends its streams at once, also those nobody reads', async () => {
  const config = testConfig({ security });
  const log = createLogger('test', { level: 'silent' });
  const second = await createApi(config, { db: t.db, bus: t.bus, log, clock: t.clock });
  const { token } = await t.login(readAll);
  const [read, unread] = [await openStream({ api: second }, token), await openStream({ api: second }, token)];
  await read.next('alive');
  unread.response.pause();
  await tell(...Array.from({ length: 5_000 }, () => execution(nextId(), { ref: 'x'.repeat(1_000) })));
  const started = performance.now();
  await second.stop();
  await read.ended();
  expect(performance.now() - started).toBeLessThan(4_000);
  unread.response.resume();
  await unread.ended();
});
