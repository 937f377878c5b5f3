import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { program, root } from './workspace.js';

// Boundaries are lint rules by folder; here each is broken in a small copy of the layout, and kept in another.

const broken: Record<string, [path: string, source: string, told: string]> = {
  'SQL in an app': ['apps/api/src/a.ts', `import 'kysely';`, 'only libs/db speaks SQL'],
  'the driver in a library': ['libs/intake/src/a.ts', `import 'pg';`, 'only libs/db speaks SQL'],
  'SQL beside the bytes of artifacts': [
    'libs/artifacts/src/a.ts',
    `import 'kysely';`,
    'only libs/db speaks SQL',
  ],
  'a query built in an app': ['apps/api/src/b.ts', `db.selectFrom('event');`, 'SQL lives in libs/db'],
  'AMQP in an app': ['apps/worker/src/a.ts', `import 'amqplib';`, 'only libs/mq/src/rabbit speaks AMQP'],
  'AMQP in the memory bus': [
    'libs/mq/src/memory/a.ts',
    `import 'amqplib';`,
    'amqplib only in libs/mq/src/rabbit',
  ],
  'messages in the database library': ['libs/db/src/a.ts', `import '@attune/mq';`, 'libs/db knows rows only'],
  'an app in an app': ['apps/api/src/c.ts', `import '@attune/worker';`, 'apps never import apps'],
  'test support in shipped code': [
    'apps/api/src/d.ts',
    `import '@attune/db/testing';`,
    'test support never ships',
  ],
  'I/O in the domain': ['libs/domain/src/a.ts', `import 'node:fs';`, 'domain is pure'],
  'the clock in the domain': [
    'libs/domain/src/b.ts',
    `export const now = Date.now();`,
    'the clock is a parameter',
  ],
  'the network in the domain': ['libs/domain/src/c.ts', `export const x = fetch('x');`, 'domain does no I/O'],
  'the environment in an app': ['apps/api/src/e.ts', `export const x = process.env.X;`, 'process.env'],
  'the console in a service': ['apps/api/src/f.ts', `console.log(1);`, 'console'],
  'a sleep in a test': ['libs/db/src/a.int.test.ts', `setTimeout(() => {}, 1);`, 'never sleep'],
};

const kept: Record<string, [path: string, source: string]> = {
  'SQL in the database library': ['libs/db/src/c.ts', `import 'kysely';`],
  'AMQP in the RabbitMQ bus': ['libs/mq/src/rabbit/a.ts', `import 'amqplib';`],
  'all apps in the all-in-one': ['apps/all-in-one/src/a.ts', `import '@attune/worker';`],
  'test support in a test': ['apps/api/src/a.int.test.ts', `import '@attune/db/testing';`],
  'the environment in main.ts': ['apps/api/src/main.ts', `export const x = process.env.X;`],
};

let found: Map<string, string>;

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'attune-boundaries-'));
  copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const [path, source] of Object.values({ ...broken, ...kept })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${source}\n`);
  }
  found = lint(folder);
  rmSync(folder, { recursive: true });
});

/** File → everything oxlint says of it. */
function lint(folder: string): Map<string, string> {
  const { diagnostics } = JSON.parse(oxlint(folder)) as {
    diagnostics: { filename: string; message: string; help?: string }[];
  };
  const texts = new Map<string, string>();
  for (const { filename, message, help = '' } of diagnostics) {
    texts.set(filename, `${texts.get(filename) ?? ''}${message} ${help}\n`);
  }
  return texts;
}

function oxlint(folder: string): string {
  try {
    return execFileSync(program('oxlint'), ['--format=json'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

test.each(Object.entries(broken))('%s is refused', (_name, [path, , told]) => {
  expect(found.get(path)).toContain(told);
});

test.each(Object.entries(kept))('%s is allowed', (_name, [path]) => {
  expect(found.get(path)).toBeUndefined();
});
