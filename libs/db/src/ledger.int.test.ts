import { currentEpoch } from './definition.js';
import { ledger } from './ledger.js';
import { commitEvaluations } from './repositories/enforcement.repository.js';
import { insertEvents } from './repositories/event.repository.js';
import { finishExecutions } from './repositories/execution-run.repository.js';
import { loadRuleSet } from './repositories/rule-set.repository.js';
import { makeExecution, makeRule, makeTrigger, makeWorker, useTestDatabase } from './testing/index.js';

const database = useTestDatabase();

/** Everything before this test is out of the window. */
async function window(): Promise<Date> {
  const { at } = await ledger(database.db);
  return at;
}

async function enforceOnce() {
  const { db } = database;
  const rule = await makeRule(db);
  const [event] = await insertEvents(db, [{ trigger_ref: rule.trigger_ref }]);
  const { epoch, rules } = await loadRuleSet(db, [rule.trigger!]);
  const action = rules[0]!.action!;
  const answer = await commitEvaluations(db, {
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
  return answer.stale ? ({} as never) : answer.created[0]!;
}

it('counts what happened since a time, and balances', async () => {
  const { db } = database;
  await makeExecution(db, { status: 'completed', settled: true });
  const since = await window();
  const worker = await makeWorker(db);
  await enforceOnce();
  await insertEvents(db, [{ trigger_ref: (await makeTrigger(db)).ref }]);
  await makeExecution(db, { status: 'running', worker });
  await makeExecution(db, { status: 'completed', worker });
  await makeExecution(db, { status: 'failed', worker, settled: true });
  await makeExecution(db, { status: 'abandoned' });
  const retried = await makeExecution(db, { status: 'running', worker });
  await finishExecutions(
    db,
    [{ id: retried.id, attempt: 1, status: 'timeout', retry: { not_before: new Date() } }],
    { workerId: worker.id, incarnation: worker.incarnation },
  );

  const balance = await ledger(db, { since });

  expect(balance).toMatchObject({ balanced: true, imbalances: [], since, disabled_by_reason: {} });
  expect(balance.counts).toMatchObject({
    events_accepted: 2,
    events_evaluated: 1,
    events_pending: 1,
    matches: 1,
    enforcements: 1,
    enforcements_processed: 1,
    executions_enforced: 1,
    executions: 6,
    attempts_started: 5,
    attempts_finished: 3,
    attempts_running: 1,
    attempts_lost: 1,
    executions_finished: 3,
    executions_settled: 1,
    executions_to_settle: 2,
  });
});

it('counts disabled enforcements by reason', async () => {
  const { db } = database;
  const since = await window();
  const rule = await makeRule(db);
  const [event] = await insertEvents(db, [{ trigger_ref: rule.trigger_ref }]);
  await commitEvaluations(db, {
    epoch: await currentEpoch(db),
    evaluations: [{ event_id: event!.id, matched: 1 }],
    enforcements: [
      {
        event_id: event!.id,
        rule_id: rule.id,
        rule_version: 1,
        disabled: { code: 'throttled', detail: 'more than 5 a minute' },
      },
    ],
  });

  const balance = await ledger(db, { since });

  expect(balance).toMatchObject({
    balanced: true,
    counts: { enforcements: 1, enforcements_disabled: 1, executions: 0 },
    disabled_by_reason: { throttled: 1 },
  });
});

it.each([
  [
    'matches = enforcements',
    async () => {
      const { enforcement_id, event_id } = await enforceOnce();
      await database.db.deleteFrom('enforcement').where('id', '=', enforcement_id).execute();
      return event_id;
    },
  ],
  [
    'enforcements = executions + disabled',
    async () => {
      const { execution_id, enforcement_id } = await enforceOnce();
      await database.db.deleteFrom('execution').where('id', '=', execution_id!).execute();
      return enforcement_id;
    },
  ],
  [
    'attempts started = finished + running + lost',
    async () => {
      const { id } = await makeExecution(database.db, { status: 'running' });
      await database.db
        .updateTable('execution')
        .set({ status: 'completed', finished_at: new Date() })
        .where('id', '=', id)
        .execute();
      return id;
    },
  ],
  [
    'running executions hold an attempt',
    async () => {
      const { id } = await makeExecution(database.db, { status: 'running' });
      await database.db.deleteFrom('execution_attempt').where('execution', '=', id).execute();
      return id;
    },
  ],
])('names the rows when %s does not hold', async (check, tamper) => {
  const since = await window();
  const id = await tamper();

  const balance = await ledger(database.db, { since });

  expect(balance.balanced).toBe(false);
  expect(balance.imbalances.find((imbalance) => imbalance.check === check)).toMatchObject({
    ids: [id],
    message: expect.stringContaining(String(id)),
  });
});
