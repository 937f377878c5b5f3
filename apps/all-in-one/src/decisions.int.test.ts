import { randomBytes, randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { hashToken, newApiToken } from '@attune/access';
import { apiConfig, createApi } from '@attune/api';
import { createClient, listRoutes } from '@attune/contract';
import type { Client } from '@attune/contract';
import { assignPermissionSet, insertApiToken, listEnforcements, listEvents } from '@attune/db';
import type { EnforcementSummary } from '@attune/db';
import { makeIdentity, makePermissionSet, useTestDatabase } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { createExecutor, executorConfig } from '@attune/executor';
import { createMemoryBroker, openMemoryBus } from '@attune/mq';
import { createLogger } from '@attune/service';
import { waitUntil } from '@attune/testing';
import fc from 'fast-check';

/** `ATTUNE_DECISIONS_SEED=… npx jest … decisions` runs the same events and rules again. */
const seed = Number(process.env['ATTUNE_DECISIONS_SEED'] ?? randomInt(2 ** 31));
const eventsEach = 500;
const ruleCount = 12;
const trigger_ref = 'try.happened';

const database = useTestDatabase();
const closing: (() => Promise<void>)[] = [];
let client: Client;

beforeAll(async () => {
  const log = createLogger('test', { level: 'silent' });
  const bus = openMemoryBus({ log, broker: createMemoryBroker() });
  const { db } = database;
  const config = apiConfig.parse({
    api: { port: 0 },
    security: { master_key: randomBytes(32).toString('base64') },
    packs: { directories: [resolve(__dirname, '../../../packs/core')] },
  });
  const clock = { now: () => new Date() };
  const api = await createApi(config, { db, bus, log, clock });
  const executor = await createExecutor(executorConfig.parse({}), { db, bus, log });
  closing.push(
    () => executor.stop(),
    () => api.stop(),
    () => bus.close(),
  );
  client = createClient({ baseUrl: api.url, token: await makeToken() });
});
afterAll(async () => {
  for (const close of closing) await close();
});

test(`the live path, explain and backtests decide alike (seed ${seed})`, async () => {
  await defineRules();
  const before = await recordAndAwait(0);
  const changedAt = new Date().toISOString();
  await changeRules();
  const after = await recordAndAwait(1);

  const rules = Array.from({ length: ruleCount }, (_, n) => `try.rule_${n}`);
  for (const rule_ref of rules) {
    const then = await client.rules.backtest({ body: { rule_ref, version: 1, to: changedAt } });
    const now = await client.rules.backtest({ body: { rule_ref, from: changedAt } });
    expect(summaryOf(then.data)).toEqual(await liveSummary(rule_ref, before));
    if (isEnabledLater(rule_ref)) expect(summaryOf(now.data)).toEqual(await liveSummary(rule_ref, after));
  }

  const mismatches: object[] = [];
  let matched = 0;
  for (const [index, event] of [...before, ...after].entries()) {
    const ref = rules[(index * 7 + seed) % ruleCount] ?? '';
    const { data } = await client.rules.explain({ params: { ref }, query: { event } });
    const live = await liveDecision(ref, event);
    const isBlocked = data.reasons.some(({ code }) => code === 'rule_disabled');
    const explained = isBlocked ? 'nothing' : outcomeOf(data);
    if (explained !== live || data.agrees !== true) mismatches.push({ ref, event, explained, live });
    if (live !== 'nothing') matched += 1;
  }
  expect(mismatches).toEqual([]);
  expect(matched).toBeGreaterThan(100);
}, 120_000);

const payloads = fc.record(
  {
    n: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constantFrom<unknown>('5', null, 2.5)),
    host: fc.constantFrom('db1', 'DB1', 'web1', ''),
    tags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
    text: fc.oneof(fc.string({ maxLength: 8 }).map(withoutNul), fc.integer()),
    at: fc.record({ zone: fc.constantFrom('eu', 'us') }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

const leaves = fc.oneof(
  fc
    .constantFrom<unknown>(
      'event.payload.n > 4',
      'event.payload.host == "db1"',
      'event.payload.at.zone == "eu"',
      '"a" in event.payload.tags',
      'default(event.payload?.n, 0) == 5',
      'length(event.payload.host) > 0 and event.id % 2 == 0',
    )
    .map((expression) => ({ expression })),
  fc
    .record({
      field: fc.constantFrom('n', 'host', 'tags', 'at.zone', 'nowhere'),
      operator: fc.constantFrom('equals', 'gt', 'icontains', 'exists', 'not_exists', 'in'),
    })
    .map(({ field, operator }) => ({ field, operator, ...operandOf(operator) })),
);

const { nested } = fc.letrec<{ nested: unknown }>((tie) => ({
  nested: fc.oneof(
    { maxDepth: 2 },
    leaves,
    fc.array(tie('nested'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('nested'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('nested').map((not) => ({ not })),
  ),
}));
const conditions = fc.oneof({ weight: 9, arbitrary: nested }, fc.constantFrom<unknown>(null, []));

function operandOf(operator: string): { value?: unknown } {
  if (operator.endsWith('exists')) return {};
  if (operator === 'in') return { value: ['db1', 5] };
  return { value: operator === 'gt' ? 4 : 'db1' };
}

function withoutNul(text: string): string {
  return text.replaceAll('\u0000', '');
}

/** Some need a text, which payloads do not always have; some name a field that is sometimes missing. */
const parameters = [
  { text: '{{ event.payload.text }}' },
  { text: 'n is {{ event.payload.n }}' },
  { text: 'event {{ event.id }}' },
];

async function defineRules(): Promise<void> {
  await client.packs.create({ body: { ref: 'try', label: 'Trials', version: '1.0.0' } });
  await client.triggers.create({ body: { ref: trigger_ref, label: 'Happened' } });
  await client.actions.create({
    body: {
      ref: 'try.tell',
      label: 'Tell',
      runtime_ref: 'core.noop',
      entrypoint: 'noop',
      param_schema: { text: { type: 'string', required: true } },
    },
  });
  for (const [n, drawn] of sample(conditions, ruleCount, seed).entries()) {
    await client.rules.create({
      body: {
        ref: `try.rule_${n}`,
        label: `Rule ${n}`,
        trigger_ref,
        action_ref: 'try.tell',
        action_params: parameters[n % parameters.length],
        conditions: drawn,
      },
    });
  }
}

/** Of three rules one gets other conditions, one is disabled, one stays. */
async function changeRules(): Promise<void> {
  for (const [n, drawn] of sample(conditions, ruleCount, seed + 1).entries()) {
    const params = { ref: `try.rule_${n}` };
    if (n % 3 === 0) await client.rules.update({ params, body: { conditions: drawn } });
    if (n % 3 === 1) await client.rules.disable({ params });
  }
}

function isEnabledLater(ref: string): boolean {
  return Number(ref.slice('try.rule_'.length)) % 3 !== 1;
}

async function recordAndAwait(half: number): Promise<number[]> {
  const events = sample(payloads, eventsEach, seed + 10 + half).map((payload) => ({ trigger_ref, payload }));
  const { data } = await client.events.record({ body: { events } });
  await waitUntil(async () => {
    const { items } = await listEvents(database.db, { trigger_ref, status: 'pending' }, { limit: 1 });
    return items.length === 0;
  });
  return 'events' in data ? data.events.map(({ id }) => id) : [];
}

function sample<T>(arbitrary: fc.Arbitrary<T>, count: number, from: number): T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: from });
}

async function enforcementsOf(ref: string): Promise<EnforcementSummary[]> {
  const { items, nextCursor } = await listEnforcements(database.db, { rule_ref: ref }, { limit: 1_000 });
  expect(nextCursor).toBeUndefined();
  return items;
}

async function liveSummary(ref: string, events: readonly number[]) {
  const among = new Set(events);
  const matches = (await enforcementsOf(ref)).filter(({ event }) => among.has(event));
  const refusals: Record<string, number> = {};
  for (const { reason_code: code } of matches) {
    if (code !== null) refusals[code] = (refusals[code] ?? 0) + 1;
  }
  const executions = matches.filter(({ execution }) => execution !== null).length;
  return { events: events.length, matches: matches.length, executions, refusals };
}

function summaryOf({
  events,
  matches,
  executions,
  refusals,
}: {
  events: number;
  matches: number;
  executions: number;
  refusals: Record<string, number>;
}) {
  return { events, matches, executions, refusals };
}

async function liveDecision(rule_ref: string, event: number): Promise<string> {
  const { items } = await listEnforcements(database.db, { rule_ref, event }, { limit: 2 });
  const [enforcement] = items;
  if (enforcement === undefined) return 'nothing';
  return enforcement.reason_code ?? 'execution';
}

function outcomeOf({ verdict, refusal }: { verdict: string; refusal: { code: string } | null }): string {
  if (verdict === 'execution') return 'execution';
  return refusal?.code ?? 'nothing';
}

async function makeToken(): Promise<string> {
  const { db } = database;
  const permissions = new Set(listRoutes().map(({ route }) => route.permission));
  const grants = [...permissions]
    .filter((permission) => permission.includes(':'))
    .map((permission) => {
      const [resource, action] = permission.split(':');
      return { resource, actions: [action] } as Grant;
    });
  const identity = await makeIdentity(db);
  const set = await makePermissionSet(db, { grants });
  await assignPermissionSet(db, identity.id, set.ref);
  const token = newApiToken();
  await insertApiToken(db, {
    identity: identity.id,
    label: 'test',
    token_hash: hashToken(token),
    token_prefix: token.slice(0, 8),
    token_suffix: token.slice(-4),
  });
  return token;
}
