import { appendLogChunks, finishExecutions, updateIdentity } from '@attune/db';
import { makeExecution, makeWorker } from '@attune/db/testing';
import { waitUntil } from '@attune/testing';
import { openStream } from '../testing/open-stream.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi({ streams: { recheck_ms: 50, max_open: 2 } });

async function running() {
  const worker = await makeWorker(t.db);
  const { id, attempt } = await makeExecution(t.db, { status: 'running', worker });
  const write = (...sequences: number[]) =>
    appendLogChunks(
      t.db,
      sequences.map((sequence) => ({
        execution_id: id,
        attempt,
        sequence,
        stream: 'stdout' as const,
        content: `${sequence};`,
      })),
    );
  const finish = () =>
    finishExecutions(t.db, [{ id, attempt, status: 'failed' }], {
      workerId: worker.id,
      incarnation: worker.incarnation,
    });
  return { id, write, finish };
}

test('a log is followed to its end without any notice', async () => {
  const client = await t.client();
  const { id, write, finish } = await running();
  const events = client.followLog(id)[Symbol.asyncIterator]();
  const first = events.next();
  await write(1);
  expect((await first).value).toMatchObject({ id: '1.1', data: { content: '1;' } });
  const last = events.next();
  await finish();
  expect((await last).value).toEqual({ event: 'end', data: { status: 'failed' } });
});

test('a long log is replayed whole and in order', async () => {
  const client = await t.client();
  const { id, write, finish } = await running();
  const sequences = Array.from({ length: 950 }, (_, index) => index + 1);
  await write(...sequences);
  await finish();
  const positions: (string | undefined)[] = [];
  for await (const event of client.followLog(id)) {
    if (event.event === 'chunk') positions.push(event.id);
  }
  expect(positions).toEqual(sequences.map((sequence) => `1.${sequence}`));
});

test('a server that follows enough logs says so', async () => {
  const token = await t.admin();
  const { id, finish } = await running();
  const follow = () =>
    fetch(`${t.api.url}/api/v1/executions/${id}/log?follow=true`, {
      headers: { authorization: `Bearer ${token}` },
    });
  const streams = await Promise.all([follow(), follow()]);
  const third = await follow();
  expect(third.status).toBe(429);
  expect(await third.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  await finish();
  const texts = await Promise.all(streams.map((stream) => stream.text()));
  for (const text of texts) expect(text).toContain('event: end');
  expect((await follow()).status).toBe(200);
});

test('a follower that is cut off anywhere comes back after the last chunk it saw, and gets each once', async () => {
  const token = await t.admin();
  const { id, write, finish } = await running();
  const path = `/api/v1/executions/${id}/log?follow=true`;
  const seen: (string | undefined)[] = [];
  for (const upTo of [3, 4, 9]) {
    const stream = await openStream(t, token, {
      path,
      ...(seen.length > 0 ? { lastEventId: seen.at(-1) } : {}),
    });
    await write(...Array.from({ length: upTo - seen.length }, (_, index) => seen.length + index + 1));
    const isNew = () => stream.events.filter(({ event }) => event === 'chunk').length >= upTo - seen.length;
    await waitUntil(isNew);
    stream.response.destroy();
    seen.push(...stream.events.map((event) => event.id));
  }
  await finish();
  const rest = await openStream(t, token, { path, lastEventId: seen.at(-1) });
  await rest.ended();
  expect(rest.events).toEqual([{ event: 'end', id: undefined, data: { status: 'failed' } }]);
  expect(seen).toEqual(Array.from({ length: 9 }, (_, index) => `1.${index + 1}`));
});

describe('following ends, and nothing more is told,', () => {
  const ends: [string, (account: Awaited<ReturnType<typeof t.login>>) => Promise<unknown>, number][] = [
    ['when the session ends', ({ token }) => t.request('POST', '/auth/logout', { token, json: {} }), 401],
    [
      'when the account is frozen',
      ({ identityId }) => updateIdentity(t.db, identityId, { frozen: true }),
      401,
    ],
    ['when the token expires', async () => (t.clock.ms += 901_000), 401],
    ['when the permission is taken away', ({ login }) => t.limit(login, []), 403],
  ];
  test.each(ends)('%s', async (_when, end, status) => {
    const account = await t.login([{ resource: 'executions', actions: ['read'] }]);
    const { id, write, finish } = await running();
    const path = `/api/v1/executions/${id}/log?follow=true`;
    const stream = await openStream(t, account.token, { path });
    await write(1);
    await stream.next('chunk');
    await end(account);
    // As long as an answer about a token is believed.
    t.clock.ms += 5_000;
    await write(2);
    await stream.ended();
    expect(stream.events.map((event) => event.id)).toEqual(['1.1']);
    expect((await t.request('GET', path, { token: account.token })).status).toBe(status);
    await finish();
  });
});
