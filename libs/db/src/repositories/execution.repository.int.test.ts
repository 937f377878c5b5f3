import { MissingReferenceError } from '@attune/domain';
import { inTransaction } from '../database.js';
import { makeAction, makeExecution, makeIdentity, makeRule, useTestDatabase } from '../testing/index.js';
import { deleteAction, updateAction } from './action.repository.js';
import { commitEvaluations } from './enforcement.repository.js';
import { insertEvents } from './event.repository.js';
import { appendLogChunks, listLogChunks } from './execution-log.repository.js';
import { insertExecutions } from './execution-request.repository.js';
import type { NewExecution } from './execution-request.repository.js';
import { findExecution, getExecution, listExecutions } from './execution.repository.js';
import { loadRuleSet } from './rule-set.repository.js';
import { loadRequestedExecutions } from './execution-scheduling.repository.js';

const database = useTestDatabase();

describe('a request', () => {
  it('is stored with what was asked, the present version of its action, and itself as root', async () => {
    const action = await makeAction(database.db);
    const person = await makeIdentity(database.db);
    const asked = {
      action_ref: action.ref,
      config: { url: 'http://x' },
      env_vars: { A: 'b' },
      executor: person.id,
      permission_set_refs: ['core.viewer'],
      priority: 5,
      timeout_seconds: 60,
      worker_selector: { zone: 'a' },
    };

    const [row] = await insertExecutions(database.db, [asked]);

    expect(row).toMatchObject({
      ...asked,
      action: action.id,
      action_version: expect.any(Number),
      status: 'requested',
      attempt: 1,
      root: row!.id,
      parent: null,
      depth: 0,
      updated: row!.created,
    });
    const { rule_ref, trigger_ref, ...stored } = await getExecution(database.db, row!.id);
    expect(stored).toEqual(row);
    expect([rule_ref, trigger_ref]).toEqual([null, null]);
  });

  it('is answered as it was stored, whatever it has and lacks', async () => {
    const { ref: action_ref } = await makeAction(database.db);
    const [top] = await insertExecutions(database.db, [{ action_ref }]);
    const everything = {
      action_ref,
      config: { text: 'a\u0000b', at: new Date(7), left_out: undefined, n: 1e21, list: [null, -0] },
      env_vars: { A: 'b' },
      executor: 1,
      permission_set_refs: ['core.viewer', 'core.\u0000'],
      priority: 5,
      timeout_seconds: 60,
      start_timeout_seconds: 60,
      total_timeout_seconds: 600,
      retry: { count: 1, delay: 0.5, backoff: 'constant', jitter: 0, on: ['failed'] },
      not_before: new Date('2126-01-02T03:04:05.678Z'),
      cause_event: 7,
      parent: top!.id,
      original_execution: 8,
      worker_selector: { zone: 'a' },
      worker_tolerations: [{ key: 'gpu' }],
      worker_affinity: { near: [] },
      workflow_task_name: 'build',
      workflow_task_index: 0,
      workflow_task_iteration: 2,
    } satisfies Required<Omit<NewExecution, 'idempotency_key'>>;
    const nothing = { action_ref, config: null, executor: null, not_before: null, retry: undefined };

    const plain = await insertExecutions(database.db, [everything, nothing]);
    const keyed = await insertExecutions(database.db, [{ ...nothing, idempotency_key: 'a\u0000b' }]);

    for (const row of [...plain, ...keyed]) {
      const { rule_ref: _rule, trigger_ref: _trigger, ...stored } = await getExecution(database.db, row.id);
      expect(row).toStrictEqual(stored);
    }
  });

  it('answers a batch in input order', async () => {
    const actions = [await makeAction(database.db), await makeAction(database.db)];
    const order = [actions[1]!, actions[0]!, actions[1]!];

    const rows = await insertExecutions(
      database.db,
      order.map(({ ref }, n) => ({ action_ref: ref, config: { n } })),
    );

    expect(rows.map(({ action, config }) => ({ action, config }))).toEqual(
      order.map(({ id }, n) => ({ action: id, config: { n } })),
    );
  });

  it('answers in input order with keys too, whatever their order and characters', async () => {
    const { ref: action_ref } = await makeAction(database.db);
    const keys = ['z\u0000', undefined, 'a', 'z\u0000', undefined];
    const requests = keys.map((idempotency_key, n) => ({ action_ref, idempotency_key, config: { n } }));

    const rows = await insertExecutions(database.db, requests);
    const again = await insertExecutions(database.db, requests.toReversed());

    expect(rows.map(({ config }) => config?.['n'])).toEqual([0, 1, 2, 0, 4]);
    expect(again.map(({ config }) => config?.['n'])).toEqual([4, 0, 2, 1, 0]);
    expect(again.map(({ id }) => rows.some((row) => row.id === id))).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it('with the same idempotency key is one execution: in a batch, later, at the same time', async () => {
    const { ref: action_ref } = await makeAction(database.db);
    const keyed = { action_ref, idempotency_key: 'once', config: { n: 1 } };

    const [first, twin, other] = await insertExecutions(database.db, [keyed, keyed, { action_ref }]);
    const [later] = await insertExecutions(database.db, [{ ...keyed, config: { n: 2 } }]);
    const racing = await Promise.all(
      Array.from({ length: 20 }, () =>
        insertExecutions(database.db, [{ action_ref, idempotency_key: 'race' }]),
      ),
    );

    expect(twin).toEqual(first);
    expect(later).toMatchObject({ id: first!.id, config: { n: 1 } });
    expect(other!.id).not.toBe(first!.id);
    expect(new Set(racing.map(([row]) => row!.id)).size).toBe(1);
  });

  it('with keys that overlap in any order does not deadlock', async () => {
    const { ref: action_ref } = await makeAction(database.db);
    const keys = Array.from({ length: 30 }, (_, n) => `shared ${n}`);

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const turned = [...keys.slice(n), ...keys.slice(0, n)];
        const order = n % 2 === 0 ? turned : turned.reverse();
        return insertExecutions(
          database.db,
          order.map((idempotency_key) => ({ action_ref, idempotency_key })),
        );
      }),
    );

    expect(new Set(answers.flat().map(({ id }) => id)).size).toBe(keys.length);
  });

  it('stands in the tree of its parent', async () => {
    const { ref: action_ref } = await makeAction(database.db);
    const [top] = await insertExecutions(database.db, [{ action_ref }]);
    const [child] = await insertExecutions(database.db, [
      { action_ref, parent: top!.id, workflow_task_name: 'build', workflow_task_index: 0 },
    ]);
    const [grandchild] = await insertExecutions(database.db, [{ action_ref, parent: child!.id }]);

    expect(grandchild).toMatchObject({ parent: child!.id, root: top!.id, depth: 2 });
    const tree = await listExecutions(database.db, { root: top!.id }, { limit: 10 });
    const children = await listExecutions(database.db, { parent: top!.id }, { limit: 10 });
    expect(tree.items.map(({ id }) => id)).toEqual([grandchild!.id, child!.id]);
    expect(children.items.map(({ id }) => id)).toEqual([child!.id]);
    await expect(
      insertExecutions(database.db, [
        { action_ref, parent: top!.id, workflow_task_name: 'build', workflow_task_index: 0 },
      ]),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it.each([
    ['action_ref', { action_ref: 'no.action' }, 'no.action'],
    ['parent', { parent: 4711 }, '4711'],
  ])('that names an unknown %s fails, and the batch with it', async (field, values, value) => {
    const { ref: action_ref } = await makeAction(database.db);
    const requesting = insertExecutions(database.db, [{ action_ref }, { action_ref, ...values }]);

    await expect(requesting).rejects.toThrow(MissingReferenceError);
    await expect(requesting).rejects.toMatchObject({ entity: 'execution', field, value });
    expect((await listExecutions(database.db, { action_ref }, { limit: 5 })).items).toEqual([]);
  });

  it('keeps what it runs when the action changes or goes', async () => {
    const action = await makeAction(database.db, { entrypoint: 'old' });
    const { id } = await makeExecution(database.db, { action_ref: action.ref });
    await updateAction(database.db, action.id, { entrypoint: 'new' });
    const later = await makeExecution(database.db, { action_ref: action.ref });
    await deleteAction(database.db, action.id);

    expect(await loadRequestedExecutions(database.db, [id, later.id])).toMatchObject([
      { id, action_ref: action.ref, action_snapshot: { ref: action.ref, entrypoint: 'old' } },
      { id: later.id, action_ref: action.ref, action_snapshot: { ref: action.ref, entrypoint: 'new' } },
    ]);
  });
});

describe('lists', () => {
  it('filter by state, refs with wildcards, person and kind, newest first, without results', async () => {
    const person = await makeIdentity(database.db);
    const action = await makeAction(database.db);
    const mine = { action_ref: action.ref, executor: person.id };
    const requested = await makeExecution(database.db, mine);
    const completed = await makeExecution(database.db, {
      ...mine,
      status: 'completed',
      result: { big: true },
    });
    const ids = async (filter: Parameters<typeof listExecutions>[1]) =>
      (await listExecutions(database.db, filter, { limit: 10 })).items.map(({ id }) => id);

    expect(await ids({ executor: person.id })).toEqual([completed.id, requested.id]);
    expect(await ids({ executor: person.id, status: 'requested' })).toEqual([requested.id]);
    expect(await ids({ executor: person.id, status: ['completed', 'failed'] })).toEqual([completed.id]);
    expect(await ids({ action_ref: `${action.pack_ref}.*`, top_level_only: true })).toEqual([
      completed.id,
      requested.id,
    ]);
    expect(await ids({ worker: completed.worker! })).toEqual([completed.id]);
    expect(await ids({ status: [] })).toEqual([]);
    const { items } = await listExecutions(database.db, { executor: person.id }, { limit: 1 });
    expect(items[0]).not.toHaveProperty('result');
    expect(items[0]).not.toHaveProperty('config');
  });

  it('know the rule that caused a tree, and find by it', async () => {
    const rule = await makeRule(database.db);
    const [event] = await insertEvents(database.db, [{ trigger_ref: rule.trigger_ref }]);
    const { epoch, rules } = await loadRuleSet(database.db, [rule.trigger!]);
    const action = rules[0]!.action!;
    const answer = await commitEvaluations(database.db, {
      epoch,
      evaluations: [{ event_id: event!.id, matched: 1 }],
      enforcements: [
        {
          event_id: event!.id,
          rule_id: rule.id,
          rule_version: rules[0]!.version,
          execution: { action_id: action.id, action_version: action.version, config: {} },
        },
      ],
    });
    const { execution_id, enforcement_id } = answer.stale ? ({} as never) : answer.created[0]!;
    const [child] = await insertExecutions(database.db, [{ action_ref: action.ref, parent: execution_id! }]);

    const byRule = await listExecutions(database.db, { rule_ref: rule.ref }, { limit: 5 });
    const byEnforcement = await listExecutions(database.db, { enforcement: enforcement_id }, { limit: 5 });

    expect(byRule.items.map(({ id, rule_ref }) => ({ id, rule_ref }))).toEqual([
      { id: child!.id, rule_ref: rule.ref },
      { id: execution_id, rule_ref: rule.ref },
    ]);
    expect(byEnforcement.items.map(({ id }) => id)).toEqual([execution_id]);
    expect(await getExecution(database.db, child!.id)).toMatchObject({ trigger_ref: rule.trigger_ref });
  });

  it('what does not exist is undefined to find', async () => {
    expect(await findExecution(database.db, 4711)).toBeUndefined();
    await expect(getExecution(database.db, 4711)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

it('deleting the top of a tree deletes the tree', async () => {
  const { db } = database;
  const { ref: action_ref } = await makeAction(db);
  const [top] = await insertExecutions(db, [{ action_ref }]);
  const [child] = await insertExecutions(db, [{ action_ref, parent: top!.id }]);

  await inTransaction(db, (trx) => trx.deleteFrom('execution').where('id', '=', top!.id).execute());

  expect(await findExecution(db, child!.id)).toBeUndefined();
});

describe('the log', () => {
  it('keeps chunks in order of attempt and number, each once, and continues after the last seen', async () => {
    const { id } = await makeExecution(database.db);
    const chunk = (attempt: number, sequence: number, content: string) => ({
      execution_id: id,
      attempt,
      sequence,
      stream: 'stdout' as const,
      content,
    });

    await appendLogChunks(database.db, [chunk(1, 2, 'b'), chunk(2, 1, 'nul \0'), chunk(1, 1, 'a')]);
    await appendLogChunks(database.db, [chunk(1, 2, 'again'), { ...chunk(2, 2, ''), truncated: true }]);
    await appendLogChunks(database.db, []);

    const all = await listLogChunks(database.db, id, { limit: 10 });
    const after = await listLogChunks(database.db, id, { after: { attempt: 1, sequence: 1 }, limit: 2 });
    expect(all.map(({ attempt, sequence, content }) => [attempt, sequence, content])).toEqual([
      [1, 1, 'a'],
      [1, 2, 'b'],
      [2, 1, 'nul \ufffd'],
      [2, 2, ''],
    ]);
    expect(all.map(({ truncated }) => truncated)).toEqual([false, false, false, true]);
    expect(after.map(({ attempt, sequence }) => [attempt, sequence])).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });
});
