import { useTestApi } from '../testing/test-api.js';
import { useDoors } from '../testing/webhook-doors.js';

const t = useTestApi();
const doors = useDoors(t, 'secrecy');
const [secret, next] = ['a-canary-of-a-secret', 'another-canary-of-a-secret'];

/** Every row of every table, as text. */
async function everythingStored(): Promise<string> {
  const tables = await t.db.introspection.getTables();
  const rows = tables
    .filter(({ schema, isView }) => schema === 'attune' && !isView)
    .map(({ name }) =>
      t.db
        .selectFrom(name as 'key')
        .selectAll()
        .execute(),
    );
  return JSON.stringify(await Promise.all(rows));
}

test('keys and secrets are in no row, log line or answer but those for who manages the webhook', async () => {
  const door = await doors.open({ verification: { preset: 'bearer', secret } });
  const params = { ref: door.ref };
  const proof = { authorization: `Bearer ${secret}` };
  const answers = [
    await doors.deliver(door, '{}', proof),
    await doors.deliver(door, '{}', { authorization: `Bearer ${secret}x` }),
    await doors.deliver(door, '{"a":', proof),
    await doors.deliver(door, 'x'.repeat(100), { ...proof, 'content-type': 'text/plain' }),
    await doors.deliver({ path: `${door.path}0` }, '{}', proof),
    await doors.deliver({ path: `${door.path}/0` }, '{}', proof),
    await doors.deliver({ path: `${door.path}?token=${secret}&branch=main` }, '{}', proof),
    await t.request('GET', door.path, { headers: proof }),
    await t.request('PATCH', door.path, { headers: proof, json: {} }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([202, 401, 422, 202, 404, 404, 202, 405, 405]);
  const { data } = await doors.client.webhooks.rotate({ params, body: { overlap_seconds: 60 } });
  await doors.client.webhooks.rotateSecret({ params, body: { secret: next, overlap_seconds: 60 } });
  await doors.client.webhooks.disable({ params });
  const on = (await doors.client.webhooks.enable({ params, body: {} })).data;
  await doors.deliver({ path: on.path ?? '' }, '{}', proof);
  const [delivery] = await doors.log(door);
  await doors.client.webhooks.redeliver({ params: { ref: door.ref, id: delivery?.id ?? 0 } });

  const trigger = await doors.client.triggers.get({ params });
  const stored = await everythingStored();
  const hidden = [secret, next, door.key, data.key ?? '', on.key ?? ''];
  for (const text of [stored, t.lines.join(''), JSON.stringify([answers, trigger, await doors.log(door)])]) {
    for (const canary of hidden) expect(text.includes(canary)).toBe(false);
  }
  expect(stored).toContain('redelivery_of');
  expect(t.lines.join('')).toContain('/api/v1/webhooks/:key');
});

test('who may only read the log is not shown the key', async () => {
  const door = await doors.open({ verification: { preset: 'bearer', secret } });
  const { token } = await t.login([
    { resource: 'webhooks', actions: ['read'] },
    { resource: 'triggers', actions: ['read', 'update'] },
  ]);
  const base = `/api/v1/triggers/${door.ref}`;
  for (const [method, path] of [
    ['GET', '/webhooks'],
    ['POST', '/webhooks/enable'],
    ['POST', '/webhooks/rotate'],
    ['POST', '/webhooks/rotate-secret'],
    ['POST', '/webhooks/disable'],
  ] as const) {
    const json = method === 'POST' ? { secret: next } : undefined;
    expect((await t.request(method, base + path, { token, json })).status).toBe(403);
  }
  for (const path of ['', '/webhooks/deliveries']) {
    const answer = await t.request('GET', base + path, { token });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).not.toContain(door.key);
  }
});
