import { currentEpoch } from '../definition.js';
import type { EventRow, RuleRow } from '../schema/index.js';
import { countStatements } from '../testing/count-statements.js';
import { race } from '../testing/race.js';
import {
  makeAction,
  makeEnforcement,
  makeEvent,
  makeIdentity,
  makeRule,
  useTestDatabase,
} from '../testing/index.js';
import { ledger } from '../ledger.js';
import { disableEnforcements, processEnforcements } from './enforcement-decision.repository.js';
import { deleteAction, updateAction } from './action.repository.js';
import type { EnforcedExecution, Evaluations, NewEnforcement } from './enforcement.repository.js';
import { commitEvaluations, getEnforcement, listEnforcements } from './enforcement.repository.js';
import { getEvent } from './event.repository.js';
import { getExecution, listExecutions } from './execution.repository.js';
import { loadRuleSet } from './rule-set.repository.js';
import { getRule, updateRule } from './rule.repository.js';

const database = useTestDatabase();

/** The decision that every rule matches every event. */
async function decide(rules: readonly RuleRow[], events: readonly EventRow[]): Promise<Evaluations> {
  const { epoch, rules: set } = await loadRuleSet(
    database.db,
    rules.map((rule) => rule.trigger!),
  );
  const enforcements = events.flatMap((event) =>
    set
      .filter((rule) => rule.trigger === event.trigger)
      .map((rule): NewEnforcement => ({
        event_id: event.id,
        rule_id: rule.id,
        rule_version: rule.version,
        execution: {
          action_id: rule.action!.id,
          action_version: rule.action!.version,
          config: { event: event.id },
        },
      })),
  );
  const evaluations = events.map(({ id }) => ({
    event_id: id,
    matched: enforcements.filter((enforcement) => enforcement.event_id === id).length,
  }));
  return { epoch, evaluations, enforcements };
}

async function allOf(events: readonly EventRow[]) {
  const lists = events.map(({ id }) => listEnforcements(database.db, { event: id }, { limit: 100 }));
  return (await Promise.all(lists)).flatMap(({ items }) => items);
}

it('writes enforcements, executions and evaluated events in one statement', async () => {
  const rule = await makeRule(database.db);
  const other = await makeRule(database.db, { trigger_ref: rule.trigger_ref });
  const events = [
    await makeEvent(database.db, { trigger_ref: rule.trigger_ref }),
    await makeEvent(database.db, { trigger_ref: rule.trigger_ref }),
  ];
  const decision = await decide([rule], events);

  const { answer, statements } = await countStatements(database, (db) => commitEvaluations(db, decision));

  expect(statements).toBe(1);
  expect(answer).toMatchObject({ stale: false });
  const created = answer.stale ? [] : answer.created;
  expect(created.map(({ event_id, rule_id }) => [event_id, rule_id])).toEqual([
    [events[0]!.id, rule.id],
    [events[0]!.id, other.id],
    [events[1]!.id, rule.id],
    [events[1]!.id, other.id],
  ]);
  expect(await getEvent(database.db, events[0]!.id)).toMatchObject({
    status: 'evaluated',
    matched: 2,
    evaluated_at: expect.any(Date),
    announced_at: null,
  });
});

it('an accepted enforcement and its execution tell the whole story', async () => {
  const owner = await makeIdentity(database.db);
  const rule = await makeRule(database.db, { conditions: [{ field: 'n', operator: 'equals', value: 1 }] });
  const event = await makeEvent(database.db, { trigger_ref: rule.trigger_ref, payload: { n: 1 } });
  const decision = await decide([rule], [event]);
  const { event_id, rule_id, rule_version, execution: decided } = decision.enforcements[0]!;
  const execution: EnforcedExecution = {
    ...decided!,
    executor: owner.id,
    priority: 3,
    timeout_seconds: 60,
    permission_set_refs: ['core.viewer'],
    retry: { count: 1, delay: 0, backoff: 'constant', jitter: 0, on: ['lost'] },
  };

  const answer = await commitEvaluations(database.db, {
    ...decision,
    enforcements: [{ event_id, rule_id, rule_version, execution }],
  });

  const [created] = answer.stale ? [] : answer.created;
  expect(await getEnforcement(database.db, created!.enforcement_id)).toMatchObject({
    event: event.id,
    rule: rule.id,
    rule_ref: rule.ref,
    trigger_ref: rule.trigger_ref,
    status: 'processed',
    execution: created!.execution_id,
    resolved_at: expect.any(Date),
    config: { event: event.id },
    payload: { n: 1 },
    conditions: [{ field: 'n', operator: 'equals', value: 1 }],
  });
  expect(await getExecution(database.db, created!.execution_id!)).toMatchObject({
    status: 'requested',
    attempt: 1,
    action: rule.action,
    action_ref: rule.action_ref,
    enforcement: created!.enforcement_id,
    cause_event: event.id,
    rule_ref: rule.ref,
    trigger_ref: rule.trigger_ref,
    root: created!.execution_id,
    depth: 0,
    config: { event: event.id },
    executor: owner.id,
    priority: 3,
    timeout_seconds: 60,
    permission_set_refs: ['core.viewer'],
    retry: { count: 1, on: ['lost'] },
  });
});

it('a disabled enforcement has a reason and no execution', async () => {
  const rule = await makeRule(database.db);
  const event = await makeEvent(database.db, { trigger_ref: rule.trigger_ref });
  const { epoch, evaluations, enforcements } = await decide([rule], [event]);
  const { execution: _execution, ...match } = enforcements[0]!;

  const answer = await commitEvaluations(database.db, {
    epoch,
    evaluations,
    enforcements: [
      { ...match, disabled: { code: 'parameters_invalid', detail: 'url is missing', config: { a: 1 } } },
    ],
  });

  expect(answer).toMatchObject({ created: [{ execution_id: null }] });
  const [stored] = await allOf([event]);
  expect(await getEnforcement(database.db, stored!.id)).toMatchObject({
    status: 'disabled',
    execution: null,
    reason_code: 'parameters_invalid',
    reason_detail: 'url is missing',
    config: { a: 1 },
    resolved_at: expect.any(Date),
  });
  expect((await listExecutions(database.db, { cause_event: event.id }, { limit: 5 })).items).toEqual([]);
});

it('a second delivery changes nothing', async () => {
  const rule = await makeRule(database.db);
  const events = [await makeEvent(database.db, { trigger_ref: rule.trigger_ref })];
  const decision = await decide([rule], events);

  await commitEvaluations(database.db, decision);
  const before = await allOf(events);

  expect(await commitEvaluations(database.db, decision)).toEqual({ stale: false, created: [] });
  expect(await allOf(events)).toEqual(before);
});

it('of 20 deliveries at the same time, overlapping in any order, each event is decided once', async () => {
  const rule = await makeRule(database.db);
  const events: EventRow[] = [];
  for (let n = 0; n < 12; n += 1) {
    events.push(await makeEvent(database.db, { trigger_ref: rule.trigger_ref }));
  }
  const decision = await decide([rule], events);

  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => {
      const turned = [...decision.evaluations.slice(n % 12), ...decision.evaluations.slice(0, n % 12)];
      return commitEvaluations(database.db, {
        ...decision,
        evaluations: n % 2 === 0 ? turned : turned.reverse(),
      });
    }),
  );

  const created = answers.flatMap((answer) => (answer.stale ? [] : answer.created));
  expect(created.map(({ event_id }) => event_id).sort((a, b) => a - b)).toEqual(events.map(({ id }) => id));
  expect(await allOf(events)).toHaveLength(12);
});

it('nothing is written when a definition has changed since', async () => {
  const rule = await makeRule(database.db);
  const events = [await makeEvent(database.db, { trigger_ref: rule.trigger_ref })];
  const decision = await decide([rule], events);
  await updateAction(database.db, rule.action!, { label: 'Changed' });

  expect(await commitEvaluations(database.db, decision)).toEqual({ stale: true });

  expect(await allOf(events)).toEqual([]);
  expect(await getEvent(database.db, events[0]!.id)).toMatchObject({ status: 'pending' });
  expect(await commitEvaluations(database.db, await decide([rule], events))).toMatchObject({ stale: false });
});

it('an event that no rule matches is evaluated with 0 matches', async () => {
  const event = await makeEvent(database.db);
  const epoch = await currentEpoch(database.db);

  const answer = await commitEvaluations(database.db, {
    epoch,
    evaluations: [{ event_id: event.id, matched: 0 }],
    enforcements: [],
  });

  expect(answer).toEqual({ stale: false, created: [] });
  expect(await getEvent(database.db, event.id)).toMatchObject({ status: 'evaluated', matched: 0 });
});

it('unknown events, and events named twice, are harmless', async () => {
  const rule = await makeRule(database.db);
  const event = await makeEvent(database.db, { trigger_ref: rule.trigger_ref });
  const decision = await decide([rule], [event]);

  const answer = await commitEvaluations(database.db, {
    epoch: decision.epoch,
    evaluations: [...decision.evaluations, ...decision.evaluations, { event_id: 4711, matched: 0 }],
    enforcements: [...decision.enforcements, ...decision.enforcements],
  });

  expect(answer).toMatchObject({ stale: false, created: [{ event_id: event.id }] });
  expect(await allOf([event])).toHaveLength(1);
});

it('the rule set has enabled rules of the given triggers, with their action as it is now', async () => {
  const action = await makeAction(database.db, { timeout_seconds: 9, param_schema: { x: {} } });
  const rule = await makeRule(database.db, { action_ref: action.ref });
  const orphan = await makeRule(database.db, { trigger_ref: rule.trigger_ref });
  await deleteAction(database.db, orphan.action!);
  const disabled = await makeRule(database.db, { trigger_ref: rule.trigger_ref });
  await updateRule(database.db, disabled.id, { enabled: false });
  await makeRule(database.db);

  const { epoch, rules } = await loadRuleSet(database.db, [rule.trigger!]);

  expect(epoch).toBe(await currentEpoch(database.db));
  expect(rules).toMatchObject([
    {
      id: rule.id,
      ref: rule.ref,
      version: expect.any(Number),
      conditions: [],
      action: { id: action.id, version: expect.any(Number), enabled: true, timeout_seconds: 9 },
    },
    { id: orphan.id, action: null },
  ]);
});

it('the rule set of triggers without rules is empty, and has its epoch', async () => {
  expect(await loadRuleSet(database.db, [4711])).toEqual({
    epoch: await currentEpoch(database.db),
    rules: [],
  });
});

describe('a match that waits for its decision', () => {
  /** What its execution would be, as its rule says now. */
  async function executionOf({ rule: id }: { rule: number }): Promise<EnforcedExecution> {
    const { trigger } = await getRule(database.db, id);
    const { rules } = await loadRuleSet(database.db, [trigger!]);
    const { action } = rules.find((rule) => rule.id === id)!;
    return { action_id: action!.id, action_version: action!.version, config: { n: 1 } };
  }

  it('is created with its event evaluated, and without execution and reason', async () => {
    const { db } = database;
    const rule = await makeRule(db);
    const event = await makeEvent(db, { trigger_ref: rule.trigger_ref });
    const { epoch, evaluations, enforcements } = await decide([rule], [event]);
    const { event_id, rule_id, rule_version } = enforcements[0]!;
    const due_at = new Date('2100-01-01');
    const waiting = { waiting_for: 'quiet', due_at } as const;
    const match = { event_id, rule_id, rule_version, waiting };

    const answer = await commitEvaluations(db, { epoch, evaluations, enforcements: [match] });

    const [created] = answer.stale ? [] : answer.created;
    expect(created).toEqual({
      event_id: event.id,
      rule_id: rule.id,
      enforcement_id: expect.any(Number),
      execution_id: null,
      status: 'created',
    });
    expect(await getEnforcement(db, created!.enforcement_id)).toMatchObject({
      status: 'created',
      waiting_for: 'quiet',
      due_at,
      execution: null,
      reason_code: null,
      config: null,
      resolved_at: null,
    });
    expect(await getEvent(db, event.id)).toMatchObject({ status: 'evaluated', matched: 1 });
  });

  it('leaves the ledger balanced before and after its decision', async () => {
    const { db } = database;
    const { at: since } = await ledger(db);
    const [waits, accepted, refused] = [
      await makeEnforcement(db),
      await makeEnforcement(db, { status: 'processed' }),
      await makeEnforcement(db, { status: 'disabled' }),
    ];

    const { balanced, counts, disabled_by_reason } = await ledger(db, { since });

    expect([waits, accepted, refused].map(({ status }) => status)).toEqual([
      'created',
      'processed',
      'disabled',
    ]);
    expect({ balanced, disabled_by_reason }).toEqual({
      balanced: true,
      disabled_by_reason: { throttled: 1 },
    });
    expect(counts).toMatchObject({
      matches: 3,
      enforcements: 3,
      enforcements_processed: 1,
      enforcements_disabled: 1,
      enforcements_pending: 1,
      executions_enforced: 1,
    });
  });

  it('gets its execution when it is accepted, as at once, in one statement for many', async () => {
    const { db } = database;
    const owner = await makeIdentity(db);
    const [one, other] = [await makeEnforcement(db), await makeEnforcement(db)];
    const later = new Date(Date.now() + 60_000);
    const execution: EnforcedExecution = {
      ...(await executionOf(one)),
      executor: owner.id,
      priority: 3,
      timeout_seconds: 60,
      permission_set_refs: ['core.viewer'],
      retry: { count: 1, delay: 0, backoff: 'constant', jitter: 0, on: ['lost'] },
      not_before: later,
    };
    const accepted = [
      { id: other.id, execution: await executionOf(other) },
      { id: one.id, execution },
      { id: 4711, execution },
    ];

    const { answer, statements } = await countStatements(database, (db) => processEnforcements(db, accepted));

    expect(statements).toBe(1);
    expect(answer).toEqual(
      [one, other].map(({ id, event, rule }) => ({
        event_id: event,
        rule_id: rule,
        enforcement_id: id,
        execution_id: expect.any(Number),
        status: 'processed',
      })),
    );
    expect(await getEnforcement(db, one.id)).toMatchObject({
      status: 'processed',
      execution: answer[0]!.execution_id,
      resolved_at: expect.any(Date),
    });
    expect(await getExecution(db, answer[0]!.execution_id!)).toMatchObject({
      status: 'requested',
      enforcement: one.id,
      cause_event: one.event,
      rule_ref: one.rule_ref,
      root: answer[0]!.execution_id,
      config: { n: 1 },
      executor: owner.id,
      priority: 3,
      timeout_seconds: 60,
      permission_set_refs: ['core.viewer'],
      retry: { count: 1, on: ['lost'] },
      not_before: later,
      waiting_for: 'delay',
    });
  });

  it('waits on when the action it should get is gone, until it is disabled for that', async () => {
    const { db } = database;
    const waiting = await makeEnforcement(db);
    const execution = await executionOf(waiting);
    await deleteAction(db, execution.action_id);

    expect(await processEnforcements(db, [{ id: waiting.id, execution }])).toEqual([]);
    expect(await getEnforcement(db, waiting.id)).toMatchObject({ status: 'created' });
    const disabled = { id: waiting.id, code: 'action_gone', detail: 'it is gone', config: { n: 1 } } as const;
    expect(await disableEnforcements(db, [disabled, disabled])).toMatchObject([
      { enforcement_id: waiting.id, execution_id: null, status: 'disabled' },
    ]);
    expect(await getEnforcement(db, waiting.id)).toMatchObject({
      reason_code: 'action_gone',
      reason_detail: 'it is gone',
      config: { n: 1 },
      resolved_at: expect.any(Date),
    });
  });

  it('is either accepted or disabled when both are tried at once', async () => {
    const { db } = database;
    const waiting = await makeEnforcement(db);
    const execution = await executionOf(waiting);

    const answers = await race(db, 20, (connection, n) =>
      n % 2 === 0
        ? processEnforcements(connection, [{ id: waiting.id, execution }])
        : disableEnforcements(connection, [{ id: waiting.id, code: 'throttled', detail: 'too many' }]),
    );

    const [decided, ...others] = answers.flat();
    const { status, execution: execution_id } = await getEnforcement(db, waiting.id);
    expect(others).toEqual([]);
    expect(decided).toMatchObject({ status, execution_id });
    const executions = await listExecutions(db, { cause_event: waiting.event }, { limit: 5 });
    expect(executions.items).toHaveLength(status === 'processed' ? 1 : 0);
  });
});
