import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, readConfig } from './config.js';
import { commonConfig } from './config-sections.js';

const schema = z.strictObject({
  broker: commonConfig.broker,
  log: commonConfig.log,
  health: commonConfig.health,
  worker: z
    .strictObject({
      runtimes: z.array(z.string()).default(['shell']),
      warm: z.boolean().default(true),
      label: z.string().default(''),
      limits: z.record(z.string(), z.strictObject({ memory_mb: z.int() })).default({}),
    })
    .prefault({}),
});
const minimal = { ATTUNE__BROKER__URL: 'amqp://localhost' };

const folder = mkdtempSync(join(tmpdir(), 'attune-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function faultsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map((fault) => `${fault.key}: ${fault.message}`);
    throw error;
  }
  throw new Error('the settings were accepted');
}

test('what nobody sets has its default', () => {
  expect(readConfig(schema, { env: minimal })).toEqual({
    broker: { url: 'amqp://localhost', prefix: '' },
    log: { level: 'info' },
    health: { host: '127.0.0.1', port: 0 },
    worker: { runtimes: ['shell'], warm: true, label: '', limits: {} },
  });
});

test('the environment wins over the file, a flag over both', () => {
  const path = file(
    'order.yaml',
    'broker: { url: amqp://file, prefix: file }\nhealth: { port: 1, host: file }\n',
  );

  const config = readConfig(schema, {
    file: path,
    env: { ATTUNE__BROKER__PREFIX: 'env', ATTUNE__HEALTH__PORT: '2' },
    overrides: { 'health.port': '3' },
  });

  expect(config).toMatchObject({
    broker: { url: 'amqp://file', prefix: 'env' },
    health: { host: 'file', port: 3 },
  });
});

test('text from the environment becomes what the schema expects', () => {
  const { worker } = readConfig(schema, {
    env: {
      ...minimal,
      ATTUNE__WORKER__WARM: 'false',
      ATTUNE__WORKER__RUNTIMES: '[shell, python]',
      ATTUNE__WORKER__LABEL: '0123',
      ATTUNE__WORKER__LIMITS__SHELL__MEMORY_MB: '64',
    },
  });

  expect(worker).toEqual({
    warm: false,
    runtimes: ['shell', 'python'],
    label: '0123',
    limits: { shell: { memory_mb: 64 } },
  });
});

test('variables of others and single underscores are left alone', () => {
  expect(readConfig(schema, { env: { ...minimal, ATTUNE_FAULT: 'x', PATH: '/bin' } }).log.level).toBe('info');
});

test('an unknown key is an error that names its source and the nearest key', () => {
  const path = file('typo.yaml', 'broker: { url: amqp://x, prefx: a }\n');

  expect(faultsOf(() => readConfig(schema, { file: path, env: { ATTUNE__WORKERS__WARM: 'true' } }))).toEqual([
    `broker.prefx: unknown key (${path}); did you mean broker.prefix?`,
    'workers: unknown key (ATTUNE__WORKERS__WARM); did you mean worker?',
  ]);
});

test('all faults are told at once, with the source of each and without its value', () => {
  const faults = faultsOf(() =>
    readConfig(schema, {
      env: { ATTUNE__HEALTH__PORT: 'hunter2', ATTUNE__LOG__LEVEL: 'loud', ATTUNE__X: '1' },
    }),
  );

  expect(faults).toEqual([
    'x: unknown key (ATTUNE__X); known here: broker, log, health, worker',
    expect.stringMatching(/^broker\.url: must be set, in the file or by ATTUNE__BROKER__URL /),
    expect.stringMatching(/^log\.level: .*"info".* \(ATTUNE__LOG__LEVEL\)$/),
    expect.stringMatching(/^health\.port: .*expected number.* \(ATTUNE__HEALTH__PORT\)$/),
  ]);
  expect(faults.join()).not.toContain('hunter2');
});

test('a file that is missing or no YAML is a fault, not a crash', () => {
  const broken = file('broken.yaml', 'broker:\n  url: [hunter2\n');

  expect(faultsOf(() => readConfig(schema, { file: join(folder, 'absent.yaml'), env: minimal }))).toEqual([
    expect.stringContaining('ENOENT'),
  ]);
  const [fault] = faultsOf(() => readConfig(schema, { file: broken, env: minimal }));
  expect(fault).toContain('line 3');
  expect(fault).not.toContain('hunter2');
});

test('an empty file sets nothing', () => {
  expect(readConfig(schema, { file: file('empty.yaml', ''), env: minimal }).log.level).toBe('info');
});
