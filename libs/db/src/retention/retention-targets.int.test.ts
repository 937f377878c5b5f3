import { sql } from 'kysely';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import { toJson } from '../json.js';
import { insertAuditEvent } from '../repositories/audit.repository.js';
import { insertEvents } from '../repositories/event.repository.js';
import { appendLogChunks } from '../repositories/execution-log.repository.js';
import { settleExecutions } from '../repositories/execution-settlement.repository.js';
import { beginIdempotentRequest } from '../repositories/idempotent-request.repository.js';
import { takeLostExecutions } from '../repositories/lost-execution.repository.js';
import { insertNotification } from '../repositories/notification.repository.js';
import { beginLoginAttempt } from '../repositories/login-attempt.repository.js';
import { lockRuleFlows, saveRuleFlows } from '../repositories/rule-flow.repository.js';
import { endSession, insertSession, rotateSession } from '../repositories/session.repository.js';
import { claimSignIn } from '../repositories/sign-in.repository.js';
import { insertSigningKey, retireSigningKey } from '../repositories/signing-key.repository.js';
import { insertWebhookDelivery } from '../repositories/webhook-delivery.repository.js';
import {
  getWorker,
  registerWorker,
  releaseWorker,
  setWorkerCordon,
} from '../repositories/worker.repository.js';
import type { RuleRow, Schema } from '../schema/index.js';
import type { ExecutionSample } from '../testing/index.js';
import {
  makeEnforcement,
  makeEvent,
  makeExecution,
  makeIdentity,
  makeOlder,
  makePack,
  makePolicy,
  makeRule,
  makeTrigger,
  makeWorker,
  useTestDatabase,
} from '../testing/index.js';
import { applyRetention } from './apply-retention.js';
import { listRetention, setRetention } from './retention.repository.js';
import { retentionTargets } from './retention-targets.js';

const database = useTestDatabase();
let db: Db;
let rule: RuleRow;

beforeAll(async () => {
  db = database.db;
  rule = await makeRule(db);
});

/** Older than anything is kept. */
const days = 100;

type Key = number | string;

interface Rows {
  table?: keyof Schema;
  /** The column that tells them apart. */
  key?: string;
  gone: Key[];
  kept: Key[];
}

async function present(table: keyof Schema, keys: readonly Key[], key = 'id'): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select distinct ${sql.ref(key)}::text as key from ${sql.table(`attune.${table}`)}
    where ${sql.ref(key)}::text = any(${keys.map(String)})`.execute(db);
  return rows.map((row) => row.key).sort();
}

async function old(table: keyof Schema, keys: readonly Key[], key = 'id'): Promise<void> {
  await makeOlder(db, table, { days, keys, key });
}

/** An old one goes, a young one stays. */
async function oneOfEach(table: keyof Schema, insert: () => Promise<{ id: number }>): Promise<Rows> {
  const [gone, kept] = [await insert(), await insert()];
  await old(table, [gone.id]);
  return { gone: [gone.id], kept: [kept.id] };
}

async function insertTestRun(): Promise<{ id: number }> {
  const pack = await makePack(db);
  return db
    .insertInto('pack_test_run')
    .values({
      pack: pack.id,
      pack_ref: pack.ref,
      pack_version: '1.0.0',
      trigger_reason: 'manual',
      total: 0,
      passed: 0,
      failed: 0,
      skipped: 0,
      duration_ms: 1,
      result: toJson({}),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
}

async function insertLedgerCheck(): Promise<{ id: number }> {
  const values = { window_from: new Date(0), window_to: new Date(), balanced: true, counts: toJson({}) };
  return db.insertInto('ledger_check').values(values).returning('id').executeTakeFirstOrThrow();
}

async function insertKey(key: string, expires_at: Date | null): Promise<string> {
  const trigger = await makeTrigger(db);
  await insertEvents(db, [{ trigger_ref: trigger.ref, dedupe_key: key }]);
  await db.updateTable('event_key').set({ expires_at }).where('owner', '=', trigger.id).execute();
  return key;
}

async function insertRequest(key: string): Promise<string> {
  const { id: owner } = await makeIdentity(db);
  await beginIdempotentRequest(db, { owner, key, request_hash: 'h' });
  return key;
}

async function newSession(refresh_hash: string): Promise<string> {
  const { id: identity } = await makeIdentity(db);
  const expires_at = new Date(Date.now() + 86_400_000);
  return (await insertSession(db, { identity, refresh_hash, expires_at })).id;
}

async function newSigningKey(kid: string): Promise<string> {
  await insertSigningKey(db, { kid, algorithm: 'EdDSA', public_jwk: {}, private_sealed: {} });
  return kid;
}

/** A worker that has left, with everything it held taken over. */
async function newGoneWorker(): Promise<number> {
  const worker = await makeWorker(db);
  await releaseWorker(db, worker);
  await takeLostExecutions(db, { limit: 1_000, decideRetry: () => undefined });
  return worker.id;
}

const newEnforcement = () => makeEnforcement(db, { status: 'processed', rule });

const made: Record<string, () => Promise<Rows>> = {
  event: async () => {
    const evaluated = await newEnforcement();
    const { id: pending } = await makeEvent(db);
    const undecided = await makeEnforcement(db, { status: 'created', rule });
    const young = await newEnforcement();
    await old('event', [evaluated.event, pending, undecided.event]);
    return { gone: [evaluated.event], kept: [pending, undecided.event, young.event] };
  },
  enforcement: async () => {
    const [processed, late, young] = [await newEnforcement(), await newEnforcement(), await newEnforcement()];
    const [disabled, undecided] = [
      await makeEnforcement(db, { status: 'disabled', rule }),
      await makeEnforcement(db, { status: 'created', rule }),
    ];
    await old('enforcement', [processed.id, late.id, disabled.id, undecided.id]);
    await db.updateTable('enforcement').set({ resolved_at: new Date() }).where('id', '=', late.id).execute();
    return { gone: [processed.id, disabled.id], kept: [late.id, undecided.id, young.id] };
  },
  execution: async () => {
    const one = async (sample: ExecutionSample) => (await makeExecution(db, sample)).id;
    const gone = [
      await one({ status: 'completed', settled: true }),
      await one({ status: 'abandoned', settled: true }),
    ];
    const underWay = [
      await one({ status: 'requested' }),
      await one({ status: 'scheduled' }),
      await one({ status: 'running' }),
      await one({ status: 'canceling' }),
      await one({ status: 'failed' }),
    ];
    const late = await one({ status: 'completed' });
    const young = await one({ status: 'completed', settled: true });
    await old('execution', [...gone, ...underWay, late]);
    await settleExecutions(db, [late]);
    return { gone, kept: [...underWay, late, young] };
  },
  event_key: async () => {
    const [gone, expiring] = [
      await insertKey('old', null),
      await insertKey('long', new Date(Date.now() + 101 * 86_400_000)),
    ];
    await old('event_key', [gone, expiring], 'key');
    return { key: 'key', gone: [gone], kept: [expiring, await insertKey('young', null)] };
  },
  expired_event_key: async () => {
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    return {
      table: 'event_key',
      key: 'key',
      gone: [await insertKey('expired', ago(61))],
      kept: [await insertKey('just expired', ago(59)), await insertKey('valid', ago(-1))],
    };
  },
  idempotent_request: async () => {
    const [gone, again] = [await insertRequest('old request'), await insertRequest('begun again')];
    await old('idempotent_request', [gone, again], 'key');
    await db
      .updateTable('idempotent_request')
      .set({ begun_at: new Date() })
      .where('key', '=', again)
      .execute();
    return { key: 'key', gone: [gone], kept: [again, await insertRequest('young request')] };
  },
  webhook_delivery: async () => {
    const { id: trigger } = await makeTrigger(db);
    return oneOfEach('webhook_delivery', () => insertWebhookDelivery(db, { trigger, status_code: 202 }));
  },
  notification: () =>
    oneOfEach('notification', () =>
      insertNotification(db, { channel: 'c', entity_type: 'rule', entity: '1', activity: 'new' }),
    ),
  audit_event: () =>
    oneOfEach('audit_event', () =>
      insertAuditEvent(db, { category: 'auth', event_type: 'auth.login', outcome: 'success' }),
    ),
  ledger_check: () => oneOfEach('ledger_check', insertLedgerCheck),
  pack_test_run: () => oneOfEach('pack_test_run', insertTestRun),
  session: async () => {
    const [ended, expired, active, justEnded] = [
      await newSession('ended'),
      await newSession('expired'),
      await newSession('active'),
      await newSession('just ended'),
    ];
    await endSession(db, ended, 'logout');
    await old('session', [ended, expired, active, justEnded]);
    const expires_at = new Date(Date.now() + 86_400_000);
    const stillUsed = db.updateTable('session').set({ expires_at });
    await stillUsed.where('id', 'in', [ended, active, justEnded]).execute();
    const tokens = { family_hash: 'active', refresh_hash: 'active', next_refresh_hash: 'next' };
    await rotateSession(db, { ...tokens, expires_at });
    await endSession(db, justEnded, 'logout');
    return { gone: [ended, expired], kept: [active, justEnded, await newSession('young')] };
  },
  rule_flow: async () => {
    const keys = ['flow long over', 'flow not over'];
    const rule = await makeRule(db);
    await inTransaction(db, async (trx) => {
      const flows = keys.map((key) => ({ rule: rule.id, kind: 'dedupe', key }) as const);
      await lockRuleFlows(trx, flows);
      const expires_at = new Date();
      await saveRuleFlows(
        trx,
        flows.map((flow) => ({ ...flow, state: { times: [], event: 1 }, expires_at })),
      );
    });
    await old('rule_flow', [keys[0] ?? ''], 'key');
    return { key: 'key', gone: [keys[0] ?? ''], kept: [keys[1] ?? ''] };
  },
  login_attempt: async () => {
    const [gone, locked, retried, young] = ['forgotten', 'locked', 'retried', 'young'];
    await beginLoginAttempt(db, locked, [1_000 * 86_400]);
    for (const login of [gone, retried]) await beginLoginAttempt(db, login, [0]);
    await old('login_attempt', [gone, locked, retried], 'login_hash');
    for (const login of [retried, young]) await beginLoginAttempt(db, login, [0]);
    return { key: 'login_hash', gone: [gone], kept: [locked, retried, young] };
  },
  sign_in: async () => {
    const [gone, kept] = ['old state', 'young state'];
    for (const state of [gone, kept]) await claimSignIn(db, state);
    await old('sign_in', [gone], 'state_hash');
    return { key: 'state_hash', gone: [gone], kept: [kept] };
  },
  signing_key: async () => {
    const [gone, verifying, signing] = [
      await newSigningKey('b expired'),
      await newSigningKey('a verifying'),
      await newSigningKey('c signing'),
    ];
    await retireSigningKey(db, gone, new Date(Date.now() + 1_000));
    await old('signing_key', [gone, verifying, signing], 'kid');
    await retireSigningKey(db, verifying, new Date(Date.now() + 1_000));
    return { key: 'kid', gone: [gone], kept: [verifying, signing] };
  },
  worker: async () => {
    const [gone, cordoned, back, heard, young] = [
      await newGoneWorker(),
      await newGoneWorker(),
      await newGoneWorker(),
      await newGoneWorker(),
      await newGoneWorker(),
    ];
    const [live, notRecovered] = [(await makeWorker(db)).id, await makeWorker(db)];
    await setWorkerCordon(db, cordoned, { reason: 'to be looked at' });
    await releaseWorker(db, notRecovered);
    await old('worker', [gone, cordoned, back, heard, live, notRecovered.id]);
    await registerWorker(db, { name: (await getWorker(db, back)).name, leaseMs: 60_000 });
    await db.updateTable('worker').set({ last_heartbeat: new Date() }).where('id', '=', heard).execute();
    return { gone: [gone], kept: [cordoned, back, heard, live, notRecovered.id, young] };
  },
};

it.each(Object.keys(made))('%s: what is over goes, and nothing else', async (target) => {
  const { table = target as keyof Schema, key, gone, kept } = await made[target]!();

  const reports = await applyRetention(db, { batchSize: 1_000 });

  expect(await present(table, [...gone, ...kept], key)).toEqual(kept.map(String).sort());
  expect(reports.find((report) => report.target === target)).toMatchObject({
    deleted: gone.length,
    complete: true,
    error: null,
  });
});

it('every target has its setting, and none is for nothing', async () => {
  const settings = await listRetention(db);

  expect(settings.map(({ target }) => target)).toEqual(retentionTargets.map(({ name }) => name).sort());
  expect(settings.filter(({ target }) => !(target in made) && target !== 'execution_log')).toEqual([]);
});

const settled = { status: 'completed', settled: true } as const;

describe('a tree of executions', () => {
  beforeEach(async () => {
    await db.deleteFrom('execution').execute();
  });

  it.each([
    ['everything in it was settled long ago', [settled, settled], true],
    ['a child is running', [settled, { status: 'running' }], false],
    ['a child has ended and is not settled', [settled, { status: 'failed' }], false],
    ['the root is not settled', [{ status: 'failed' }, settled], false],
  ] as const)('goes or stays as a whole, also in steps: %s', async (_case, [top, leaf], goes) => {
    const root = await makeExecution(db, { status: 'running' });
    const child = await makeExecution(db, { ...settled, parent: root.id });
    const grandchild = await makeExecution(db, { ...leaf, parent: child.id });
    await finish(root.id, top);
    const ids = [root.id, child.id, grandchild.id];
    await old('execution', ids);

    await applyRetention(db, { batchSize: 2 });

    expect(await present('execution', ids)).toEqual(goes ? [] : ids.map(String).sort());
  });

  it('stays while one of them was settled a short time ago', async () => {
    const root = await makeExecution(db, settled);
    const child = await makeExecution(db, { status: 'failed', parent: root.id });
    await old('execution', [root.id, child.id]);
    await settleExecutions(db, [child.id]);

    await applyRetention(db, { batchSize: 1_000 });

    expect(await present('execution', [root.id, child.id])).toHaveLength(2);
  });

  it('goes with everything that belongs to it', async () => {
    const parent = await makeExecution(db, settled);
    const child = await makeExecution(db, { ...settled, parent: parent.id });
    await attachEverything(parent.id);
    await attachEverything(child.id);
    const stays = await makeExecution(db, settled);
    await attachEverything(stays.id);
    await old('execution', [parent.id, child.id]);

    await applyRetention(db, { batchSize: 1_000 });

    expect(await executionsNamedBy(belongings, [parent.id, child.id, stays.id])).toEqual(
      Object.fromEntries(belongings.map((table) => [table, [String(stays.id)]])),
    );
  });

  it.each([1, 2, 4, 100])('goes whatever its size, by %d rows at a time', async (batchSize) => {
    const ids = [];
    for (let tree = 0; tree < 2; tree += 1) {
      const root = await makeExecution(db, settled);
      const child = await makeExecution(db, { ...settled, parent: root.id });
      const leaf = await makeExecution(db, { ...settled, parent: child.id });
      ids.push(root.id, child.id, leaf.id);
    }
    await old('execution', ids);

    const reports = await applyRetention(db, { batchSize });

    expect(await present('execution', ids)).toEqual([]);
    expect(reports.find(({ target }) => target === 'execution')).toMatchObject({
      deleted: 6,
      kept: 0,
      complete: true,
    });
  });
});

const belongings = [
  'admission',
  'execution_attempt',
  'execution_history',
  'execution_log',
  'inquiry',
  'workflow_run',
] as const;

async function finish(id: number, { settled: isSettled }: ExecutionSample): Promise<void> {
  const ended = { status: 'completed', finished_at: new Date() } as const;
  await db.updateTable('execution').set(ended).where('id', '=', id).execute();
  if (isSettled === true) await settleExecutions(db, [id]);
}

async function logOf(id: number): Promise<void> {
  await appendLogChunks(db, [
    { execution_id: id, attempt: 1, sequence: 1, stream: 'stdout', content: 'a' },
    { execution_id: id, attempt: 1, sequence: 2, stream: 'stdout', content: 'b' },
  ]);
}

async function attachEverything(id: number): Promise<void> {
  const { id: policy } = await makePolicy(db);
  await db.insertInto('inquiry').values({ execution: id, prompt: 'Go on?' }).execute();
  await db.insertInto('workflow_run').values({ execution: id, action_version: 1 }).execute();
  await db.insertInto('admission').values({ policy, execution: id, status: 'queued' }).execute();
  await logOf(id);
}

async function executionsNamedBy(
  tables: readonly (keyof Schema)[],
  ids: readonly number[],
): Promise<Record<string, string[]>> {
  const found = tables.map(async (table) => [table, await present(table, ids, 'execution')] as const);
  return Object.fromEntries(await Promise.all(found));
}

describe('the log of an execution', () => {
  beforeEach(async () => {
    await db.deleteFrom('execution').execute();
    await db.deleteFrom('execution_log').execute();
  });
  afterEach(() => setRetention(db, 'execution_log', 14 * 86_400));

  async function makeLogged(sample: ExecutionSample, age: number): Promise<number> {
    const { id } = await makeExecution(db, sample);
    await logOf(id);
    await makeOlder(db, 'execution', { days: age, keys: [id] });
    await makeOlder(db, 'execution_log', { days: age, keys: [id], key: 'execution' });
    return id;
  }

  it('is kept for less long than the execution', async () => {
    const [gone, kept] = [await makeLogged(settled, 15), await makeLogged(settled, 13)];

    await applyRetention(db, { batchSize: 1_000 });

    expect(await executionsNamedBy(['execution_log', 'execution_attempt'], [gone, kept])).toEqual({
      execution_log: [String(kept)],
      execution_attempt: [String(gone), String(kept)].sort(),
    });
  });

  it('is whole as long as the execution is under way, and counts from its end', async () => {
    const running = await makeLogged({ status: 'running' }, 100);
    const ended = await makeLogged({ status: 'failed' }, 100);
    await settleExecutions(db, [ended]);

    await applyRetention(db, { batchSize: 1_000 });

    expect(
      await db.selectFrom('execution_log').where('execution', 'in', [running, ended]).selectAll().execute(),
    ).toHaveLength(4);
  });

  it.each([null, 1_000 * 86_400])('is never kept longer than the execution (setting: %s)', async (age) => {
    await setRetention(db, 'execution_log', age);
    const [gone, kept] = [await makeLogged(settled, 31), await makeLogged(settled, 29)];

    await applyRetention(db, { batchSize: 1_000 });

    expect(await executionsNamedBy(['execution_log', 'execution'], [gone, kept])).toMatchObject({
      execution_log: [String(kept)],
    });
    expect(await present('execution', [gone, kept])).toEqual([String(kept)]);
  });

  it('may be of any length: its execution stays until it is gone', async () => {
    const { id } = await makeExecution(db, settled);
    const chunks = [1, 2, 3, 4, 5].map((sequence) => ({ execution_id: id, attempt: 1, sequence }));
    await appendLogChunks(
      db,
      chunks.map((chunk) => ({ ...chunk, stream: 'stdout', content: 'a' })),
    );
    await makeOlder(db, 'execution', { days, keys: [id] });
    const logsLeft = async () =>
      (await db.selectFrom('execution_log').select('sequence').where('execution', '=', id).execute()).length;

    await applyRetention(db, { batchSize: 2, maxBatches: 1 });
    const underWay = [await present('execution', [id]), await logsLeft()];
    await applyRetention(db, { batchSize: 2 });
    await applyRetention(db, { batchSize: 2 });

    expect(underWay).toEqual([[String(id)], 3]);
    expect([await present('execution', [id]), await logsLeft()]).toEqual([[], 0]);
  });

  it('that came too late goes by its own age', async () => {
    const [never, neither] = [4_711_000, 4_711_001];
    await logOf(never);
    await logOf(neither);
    await makeOlder(db, 'execution_log', { days: 15, keys: [never], key: 'execution' });

    await applyRetention(db, { batchSize: 1_000 });

    expect(await present('execution_log', [never, neither], 'execution')).toEqual([String(neither)]);
  });
});
