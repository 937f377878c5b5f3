import { hideFromLogs, hideSettings } from './redaction.js';
import { createLogger } from './logger.js';

function logged(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  let line = '';
  write(createLogger('test', { destination: { write: (text) => void (line += text) } }));
  return JSON.parse(line) as Record<string, unknown>;
}

test('a line carries service, level by name and the event', () => {
  const entry = logged((log) =>
    log.child({ module: 'claim' }).warn({ event: 'claim.late', execution_id: 17 }, 'late'),
  );

  expect(entry).toEqual({
    service: 'test',
    level: 'warn',
    module: 'claim',
    event: 'claim.late',
    execution_id: 17,
    msg: 'late',
    pid: process.pid,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  });
});

test('values under secret names are hidden at any depth and of any kind', () => {
  const entry = logged((log) =>
    log.info({
      password: 'a',
      user: { api_key: 'b', name: 'n' },
      list: [{ Authorization: 'c' }],
      secrets: { d: 'd' },
    }),
  );

  expect(entry).toMatchObject({
    password: '[redacted]',
    user: { api_key: '[redacted]', name: 'n' },
    list: [{ Authorization: '[redacted]' }],
    secrets: '[redacted]',
  });
});

test('names that only begin like a secret stay', () => {
  expect(logged((log) => log.info({ token_kind: 'access', secretary: 'Ann' }))).toMatchObject({
    token_kind: 'access',
    secretary: 'Ann',
  });
});

test('passwords in addresses are hidden, also in errors', () => {
  const entry = logged((log) =>
    log.error({ err: new Error('cannot reach amqp://guest:hunter2@broker:5672') }, 'x'),
  );

  expect(JSON.stringify(entry)).not.toContain('hunter2');
  expect(entry).toMatchObject({ err: { message: 'cannot reach amqp://guest:[redacted]@broker:5672' } });
});

test('a known secret is hidden wherever it stands, in JSON and URL spelling too, until it is released', () => {
  const secret = 'pa"ss/wörd';
  const release = hideFromLogs(secret);
  const write = (log: ReturnType<typeof createLogger>) =>
    log.info({ argument: `--x=${secret}`, url: `/a?b=${encodeURIComponent(secret)}` }, `got ${secret}`);

  expect(logged(write)).toMatchObject({
    argument: '--x=[redacted]',
    url: '/a?b=[redacted]',
    msg: 'got [redacted]',
  });
  release();
  expect(logged(write)).toMatchObject({ msg: `got ${secret}` });
});

test('a secret hidden twice stays hidden until both let go', () => {
  const [first, second] = [hideFromLogs('s3cret-value'), hideFromLogs('s3cret-value')];

  first();
  first();
  expect(logged((log) => log.info('s3cret-value'))).toMatchObject({ msg: '[redacted]' });
  second();
  expect(logged((log) => log.info('s3cret-value'))).toMatchObject({ msg: 's3cret-value' });
});

test('a value too short to be a secret does not cut up words', () => {
  hideFromLogs('the');
  hideFromLogs('');
  expect(logged((log) => log.info('the weather'))).toMatchObject({ msg: 'the weather' });
});

test('secret settings are hidden by value, also the password of an address; ordinary words stay', () => {
  hideSettings({
    database: { url: 'postgres://attune:long%2Fdatabase-password@db/attune', pool_size: 10 },
    broker: { url: 'amqp://guest:rabbit@broker' },
    security: { master_key: 'bWFzdGVyLWtleS1vZi0zMg==', client_secrets: { github: 'a-key-of-a-provider' } },
  });

  const entry = logged((log) =>
    log.info('long/database-password bWFzdGVyLWtleS1vZi0zMg== a-key-of-a-provider; a rabbit of attune'),
  );

  expect(entry).toMatchObject({ msg: '[redacted] [redacted] [redacted]; a rabbit of attune' });
});
