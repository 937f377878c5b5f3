import { appendLogChunks, finishExecutions } from '@attune/db';
import { makeExecution, makeWorker } from '@attune/db/testing';
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
