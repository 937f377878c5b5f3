import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readingAddresses } from '@attune/contract/testing';
import { storedRows } from '@attune/db/testing';
import { canariesIn, newCanary, waitUntil } from '@attune/testing';
import { awaitQuiet } from './system/books.testing.js';
import { defineLeaks } from './system/leaky-pack.testing.js';
import { logIn } from './system/log-in.testing.js';
import { startSpiedProcesses } from './system/spied-processes.testing.js';
import type { SpiedProcesses } from './system/spied-processes.testing.js';

const canaries = {
  key: newCanary('key'),
  object: newCanary('object'),
  firstLine: newCanary('first-line'),
  secondLine: newCanary('second-line'),
  literal: newCanary('literal'),
  config: newCanary('config'),
  malformed: newCanary('malformed'),
  written: newCanary('written'),
  webhook: newCanary('webhook'),
};
const all = Object.values(canaries);
const folder = mkdtempSync(join(tmpdir(), 'attune-canary-'));
const gate = join(folder, 'gate');

let system: SpiedProcesses;
let commandLines: string[];
let answers: string[];
const said: string[] = [];

beforeAll(async () => {
  system = await startSpiedProcesses();
  await defineSecrets();
  await askAmiss();
  await useWebhook();
  await system.client.events.record({ body: { trigger_ref: 'leaky.happened', payload: { gate } } });
  await system.client.executions.execute({
    body: { action_ref: 'leaky.print', parameters: { gate, token: canaries.literal.value } },
  });
  commandLines = await commandLinesOfRuns();
  writeFileSync(gate, '');
  await awaitQuiet(system.database);
  answers = await answersToReader();
}, 180_000);

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function defineSecrets(): Promise<void> {
  const { client } = system;
  const key = { owner_type: 'system' } as const;
  const lines = `${canaries.firstLine.value}\n${canaries.secondLine.value}`;
  await client.keys.create({
    body: { ...key, ref: 'leaky.token', name: 'leaky.token', value: canaries.key.value },
  });
  await client.keys.create({
    body: { ...key, ref: 'leaky.object', name: 'leaky.object', value: { password: canaries.object.value } },
  });
  await client.keys.create({ body: { ...key, ref: 'leaky.lines', name: 'leaky.lines', value: lines } });
  await defineLeaks(client, { token: canaries.config.value });
}

/** Requests that are refused, each with a secret in it. */
async function askAmiss(): Promise<void> {
  const { apiUrl, accessToken } = system;
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const parameters = { gate, token: canaries.malformed.value };
  const whole = JSON.stringify({ action_ref: 'leaky.print', parameters });
  const written = { gate, token: canaries.written.value };
  const rule = { ref: 'leaky.written', label: 'x', trigger_ref: 'leaky.happened', action_ref: 'leaky.print' };
  for (const [path, body] of [
    ['/api/v1/executions/execute', whole.slice(0, -3)],
    ['/api/v1/executions/execute', whole.replace('"gate"', '"gat"')],
    ['/api/v1/rules', JSON.stringify({ ...rule, action_params: written })],
    ['/api/v1/keys', JSON.stringify({ ref: 'Leaky', value: canaries.written.value })],
  ] as const) {
    const response = await fetch(apiUrl + path, { method: 'POST', headers, body });
    expect([400, 422]).toContain(response.status);
    said.push(await response.text());
  }
}

async function useWebhook(): Promise<void> {
  const verification = { preset: 'github', secret: canaries.webhook.value } as const;
  const { data } = await system.client.webhooks.enable({
    params: { ref: 'leaky.happened' },
    body: { verification },
  });
  const body = JSON.stringify({ gate });
  const signature = createHmac('sha256', canaries.webhook.value).update(body).digest('hex');
  for (const proof of [signature, signature.replace(/^./, 'x')]) {
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${proof}` };
    const response = await fetch(system.apiUrl + (data.path ?? ''), { method: 'POST', headers, body });
    said.push(await response.text());
  }
}

/** Of all processes, once every program runs that will: for two events three rules, and one request. */
async function commandLinesOfRuns(): Promise<string[]> {
  return waitUntil(
    () => {
      const lines = allCommandLines();
      return lines.filter(isProgram).length >= 7 ? lines : undefined;
    },
    { timeoutMs: 30_000, message: () => `the programs to run: ${allCommandLines().join(' ')}` },
  );
}

function isProgram(line: string): boolean {
  return line.startsWith('/') && line.includes('python3') && line.includes('attune');
}

function allCommandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return [];
      }
    });
}

/** Every route that reads, to somebody who may see what happens. */
async function answersToReader(): Promise<string[]> {
  const { client, apiUrl } = system;
  const person = { login: 'reader', password: 'a long enough password 2' };
  const { data: identity } = await client.identities.create({ body: person });
  await client.permissionAssignments.create({
    body: { identity_id: identity.id, permission_set_ref: 'core.viewer' },
  });
  const { accessToken } = await logIn(apiUrl, person);
  const runs = Array.from({ length: 9 }, (_, index) => String(index + 1));
  const refs = ['leaky', 'leaky.print', 'leaky.keys', 'leaky.config', 'leaky.happened', 'leaky.token'];
  const found = [];
  for (const path of readingAddresses({ id: runs, ref: refs, version: ['1'] })) {
    const response = await fetch(apiUrl + path, { headers: { authorization: `Bearer ${accessToken}` } });
    found.push(`${response.status} ${path} ${await response.text()}`);
  }
  return found;
}

const holding = (texts: readonly string[]) =>
  texts.flatMap((text) => canariesIn(text, all).map((name) => `${name} in ${text.slice(0, 200)}`));

test('the runs have printed their secrets, and were given them', async () => {
  const { items } = await system.client.executions.list({ query: { action_ref: 'leaky.print' } });
  const outcomes = items.map(({ rule_ref, status, attempt, error }) => ({
    rule_ref,
    status,
    attempt,
    error,
  }));
  const of = (name: string | null) => outcomes.filter(({ rule_ref }) => rule_ref === name);

  expect(of(null)).toMatchObject([{ status: 'completed', attempt: 1 }]);
  for (const name of ['leaky.keys', 'leaky.config']) {
    expect(of(name)).toEqual(of(name).map((run) => ({ ...run, status: 'completed', attempt: 1 })));
    expect(of(name)).toHaveLength(2);
  }
  expect(of('leaky.fails')).toMatchObject([
    { status: 'failed', attempt: 2 },
    { status: 'failed', attempt: 2 },
  ]);
  for (const { error } of of('leaky.misfit')) {
    expect(error).toMatch(/what is opened does not fit the schema of the action: parameters\.secret$/);
  }
  const rows = await storedRows(system.database.db);
  const logs = rows.filter(({ table }) => table === 'execution_log').map(({ row }) => row);
  expect(logs.join('').split('***').length).toBeGreaterThan(50);
});

test('no secret is in a row', async () => {
  const rows = await storedRows(system.database.db);
  expect(rows.length).toBeGreaterThan(100);
  expect(holding(rows.map(({ table, row }) => `${table} ${row}`))).toEqual([]);
});

test('no secret is in a message, or in what subscribers are told', () => {
  expect(system.messages.length).toBeGreaterThan(20);
  expect(holding(system.messages)).toEqual([]);
  expect(system.changes.length).toBeGreaterThan(20);
  expect(holding(system.changes)).toEqual([]);
});

test('no secret is in a log of a service', () => {
  const logs = system.logs();
  expect(logs.every((log) => log.length > 100 && log.length < 256 * 1024)).toBe(true);
  expect(holding(logs.flatMap((log) => log.split('\n')))).toEqual([]);
});

test('no secret is in the command line of a process', () => {
  expect(commandLines.filter(isProgram).length).toBeGreaterThanOrEqual(7);
  expect(holding(commandLines)).toEqual([]);
});

test('no secret is in an answer to who sees what happens, nor in that to who asked amiss', () => {
  expect(answers.filter((answer) => answer.startsWith('200')).length).toBeGreaterThan(40);
  expect(holding(answers)).toEqual([]);
  expect(said).toHaveLength(6);
  expect(holding(said)).toEqual([]);
});
