import { getEnforcement, insertEvents, ledger, listEnforcements, updateRule } from '@attune/db';
import type { EnforcementRow, NewRule, RuleRow } from '@attune/db';
import { makeOlder, makeRule, useTestDatabase } from '@attune/db/testing';
import { eventCreated, executionRequested, notice } from '@attune/mq';
import { received } from '@attune/mq/testing';

import { testContext } from '../context.testing.js';
import type { TestContext } from '../context.testing.js';
import { dueMatchesSweep } from '../sweeps/due-matches.sweep.js';
import { handleEventCreated } from './event-created.handler.js';

const database = useTestDatabase();
let ctx: TestContext;

beforeEach(() => {
  ctx = testContext(database.db);
});

async function record(rule: RuleRow, payloads: readonly object[]): Promise<number[]> {
  const { trigger_ref } = rule;
  const events = await insertEvents(
    ctx.db,
    payloads.map((payload) => ({ trigger_ref, payload })),
  );
  return events.map(({ id }) => id);
}

async function evaluate(ids: readonly number[], context = ctx): Promise<void> {
  await handleEventCreated(
    ids.map((eventId) => received(eventCreated, { eventIds: [eventId] })),
    context,
  );
}

async function happen(rule: RuleRow, ...payloads: object[]): Promise<void> {
  await evaluate(await record(rule, payloads));
}

/** In order of their events. */
async function enforcementsOf({ ref }: RuleRow): Promise<EnforcementRow[]> {
  const { items } = await listEnforcements(ctx.db, { rule_ref: ref }, { limit: 100 });
  return Promise.all(items.toReversed().map(({ id }) => getEnforcement(ctx.db, id)));
}

async function outcomes(rule: RuleRow): Promise<string[]> {
  return (await enforcementsOf(rule)).map(({ status, reason_code }) => reason_code ?? status);
}

const controlled = async (values: Partial<NewRule>) => makeRule(database.db, values);

afterEach(async () => {
  expect((await ledger(database.db)).imbalances).toEqual([]);
});

it('of equal events one is acted on, and the others say which came before', async () => {
  const rule = await controlled({ dedupe: { key: 'event.payload.host', window: '1h' } });

  await happen(rule, { host: 'a' }, { host: 'b' }, { host: 'a' });
  await happen(rule, { host: 'b' }, { host: 'c' });

  expect(await outcomes(rule)).toEqual(['processed', 'processed', 'duplicate', 'duplicate', 'processed']);
  const [first, , third] = await enforcementsOf(rule);
  expect(third?.reason_detail).toBe(`event ${first?.event} with the same key came less than 1h before`);
});

it('when the window is over the next one is acted on', async () => {
  const rule = await controlled({ dedupe: { window: '1h' } });
  await happen(rule, {});
  const [past] = await record(rule, [{}]);
  await makeOlder(ctx.db, 'event', { days: -1, keys: [past ?? 0] });

  await evaluate([past ?? 0]);

  expect(await outcomes(rule)).toEqual(['processed', 'processed']);
});

it('no more are acted on than allowed', async () => {
  const rule = await controlled({ throttle: { count: 2, window: '1h' } });

  await happen(rule, {}, {}, {});
  await happen(rule, {});

  expect(await outcomes(rule)).toEqual(['processed', 'processed', 'throttled', 'throttled']);
});

it('four executors at once act on exactly as many as allowed', async () => {
  const rule = await controlled({
    throttle: { count: 5, window: '1h' },
    dedupe: { key: 'event.payload.n', window: '1h' },
  });
  const ids = await record(
    rule,
    Array.from({ length: 40 }, (_, n) => ({ n: n % 20 })),
  );
  const executors = Array.from({ length: 4 }, () => testContext(database.db));

  await Promise.all(
    executors.map(async (context, n) => evaluate(n % 2 === 0 ? ids : ids.toReversed(), context)),
  );

  const decided = await outcomes(rule);
  expect(decided).toHaveLength(40);
  expect(decided.filter((outcome) => outcome === 'processed')).toHaveLength(5);
});

describe('a rule that waits for quiet', () => {
  it('acts on the last event of a burst, when that is over', async () => {
    const rule = await controlled({ debounce: { key: 'event.payload.host', quiet: '1h' } });
    await happen(rule, { host: 'a', n: 1 }, { host: 'a', n: 2 }, { host: 'b', n: 3 });
    await happen(rule, { host: 'a', n: 4 });

    expect(await outcomes(rule)).toEqual(['superseded', 'superseded', 'created', 'created']);
    const [, second, , last] = await enforcementsOf(rule);
    expect(second?.reason_detail).toBe(`event ${last?.event} came before it was quiet`);
    expect(last).toMatchObject({ waiting_for: 'quiet', due_at: expect.any(Date), execution: null });
    ctx.publisher.clear();
    expect(await dueMatchesSweep.run(ctx, { limit: 100, olderThanMs: 0 })).toBe(0);

    await makeOlder(ctx.db, 'enforcement', { days: 1, keys: [last?.id ?? 0] });
    expect(await dueMatchesSweep.run(ctx, { limit: 100, olderThanMs: 0 })).toBe(1);

    expect(await outcomes(rule)).toEqual(['superseded', 'superseded', 'created', 'processed']);
    const { execution } = await getEnforcement(ctx.db, last?.id ?? 0);
    expect(ctx.publisher.bodies(executionRequested)).toEqual([{ executionId: execution }]);
    expect(
      ctx.publisher.bodies(notice)[0]?.changes.map(({ entityType, change }) => [entityType, change]),
    ).toEqual([
      ['enforcement', 'updated'],
      ['execution', 'created'],
    ]);
  });

  it('does nothing when it was switched off meanwhile', async () => {
    const rule = await controlled({ debounce: { quiet: '1h' } });
    await happen(rule, {});
    const [waiting] = await enforcementsOf(rule);
    await updateRule(ctx.db, rule.id, { enabled: false });
    await makeOlder(ctx.db, 'enforcement', { days: 1, keys: [waiting?.id ?? 0] });

    await dueMatchesSweep.run(ctx, { limit: 100, olderThanMs: 0 });

    expect(await outcomes(rule)).toEqual(['rule_disabled']);
  });

  it('is decided once, whoever looks', async () => {
    const rule = await controlled({ debounce: { quiet: '1h' } });
    await happen(rule, {});
    const [waiting] = await enforcementsOf(rule);
    await makeOlder(ctx.db, 'enforcement', { days: 1, keys: [waiting?.id ?? 0] });

    const looks = Array.from({ length: 5 }, async () =>
      dueMatchesSweep.run(ctx, { limit: 100, olderThanMs: 0 }),
    );
    const taken = await Promise.all(looks);

    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(ctx.publisher.bodies(executionRequested)).toHaveLength(1);
  });
});

it('a rule that changes while its matches are decided forgets nothing and decides once', async () => {
  const rule = await controlled({ dedupe: { window: '1h' } });
  await happen(rule, {});
  await updateRule(ctx.db, rule.id, { label: 'Another' });

  await happen(rule, {}, {});

  expect(await outcomes(rule)).toEqual(['processed', 'duplicate', 'duplicate']);
});
