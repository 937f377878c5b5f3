import { inTransaction } from '../database.js';
import { makeRule, useTestDatabase } from '../testing/index.js';
import { race } from '../testing/race.js';
import { recordRuleErrors } from './rule-error.repository.js';
import { deleteRule, getRule, updateRule } from './rule.repository.js';
import {
  advanceTimers,
  ensureTimers,
  findTimer,
  findTimerByRule,
  getTimer,
  listTimerRules,
  listTimers,
  lockDueTimers,
  nextTimerDue,
  restTimers,
} from './timer.repository.js';

const database = useTestDatabase();
const past = new Date(Date.now() - 1_000);
const future = new Date(Date.now() + 3_600_000);

describe('timers', () => {
  const interval = { unit: 'seconds', interval: 5 };

  async function timerRule(next_fire_at: Date | null = past) {
    const rule = await makeRule(database.db, { trigger_ref: 'core.intervaltimer', trigger_params: interval });
    const [timer] = await ensureTimers(database.db, [{ rule: rule.id, params: interval, next_fire_at }]);
    return { rule, timer: timer! };
  }

  afterEach(() => database.db.deleteFrom('rule').where('trigger_ref', '=', 'core.intervaltimer').execute());

  it('belong to enabled rules on timer triggers, one each', async () => {
    const { rule, timer } = await timerRule();
    const idle = await makeRule(database.db, { trigger_ref: 'core.intervaltimer', enabled: false });
    const [again] = await ensureTimers(database.db, [{ rule: rule.id, params: {}, next_fire_at: future }]);

    expect(again).toMatchObject({ id: timer.id, rule_ref: rule.ref, next_fire_at: future, params: {} });
    const rules = await listTimerRules(database.db);
    expect(rules).toEqual([
      {
        rule: rule.id,
        rule_ref: rule.ref,
        trigger_ref: 'core.intervaltimer',
        trigger_params: interval,
        rule_created: rule.created,
        timer: again,
      },
    ]);
    await updateRule(database.db, idle.id, { enabled: true });
    expect((await listTimerRules(database.db)).map((entry) => entry.timer)).toEqual([again, null]);
    expect(await ensureTimers(database.db, [{ rule: 4711, params: {}, next_fire_at: null }])).toEqual([]);
  });

  it('that are due are locked by one process and move on with its transaction', async () => {
    const { timer } = await timerRule();
    await timerRule(future);

    await inTransaction(database.db, async (trx) => {
      const due = await lockDueTimers(trx, { limit: 10 });
      expect(due.map(({ id }) => id)).toEqual([timer.id]);
      expect(due[0]!.now.getTime()).toBeGreaterThanOrEqual(past.getTime());
      await inTransaction(database.db, async (other) => {
        expect(await lockDueTimers(other, { limit: 10 })).toEqual([]);
      });
      await advanceTimers(trx, [{ id: timer.id, next_fire_at: future, last_fire_at: past, fires: 2 }]);
    });

    expect(await getTimer(database.db, timer.id)).toMatchObject({
      next_fire_at: future,
      last_fire_at: past,
      fire_count: 2,
    });
    expect(await nextTimerDue(database.db)).toEqual({ now: expect.any(Date), next_fire_at: future });
  });

  it('of disabled rules and triggers do not fire, and rest', async () => {
    const { rule } = await timerRule();
    await updateRule(database.db, rule.id, { enabled: false });

    await inTransaction(database.db, async (trx) => {
      expect(await lockDueTimers(trx, { limit: 10 })).toEqual([]);
    });
    expect(await nextTimerDue(database.db)).toEqual({ now: expect.any(Date), next_fire_at: null });
    expect(await restTimers(database.db)).toBe(1);
    expect(await restTimers(database.db)).toBe(0);
  });

  it('are found by rule and listed by rule, what is due and what rests', async () => {
    const { db } = database;
    const [due, armed, resting] = [await timerRule(), await timerRule(future), await timerRule(null)];
    const rules = async (filter: Parameters<typeof listTimers>[1]) =>
      (await listTimers(db, filter, { limit: 10 })).items.map(({ rule }) => rule);
    const byRef = [due, armed, resting].sort((a, b) => (a.rule.ref < b.rule.ref ? -1 : 1));

    expect(await findTimerByRule(db, due.rule.id)).toEqual(due.timer);
    expect(await rules({})).toEqual(byRef.map(({ rule }) => rule.id));
    expect(await rules({ due_before: new Date() })).toEqual([due.rule.id]);
    expect(await rules({ armed: false })).toEqual([resting.rule.id]);
    expect(await rules({ rule_ref: armed.rule.ref })).toEqual([armed.rule.id]);
    expect(await rules({ trigger_ref: 'core.cron*' })).toEqual([]);
  });

  it('go with their rule', async () => {
    const { rule, timer } = await timerRule();

    await deleteRule(database.db, rule.id);

    expect(await findTimer(database.db, timer.id)).toBeUndefined();
    await expect(getTimer(database.db, timer.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('fire once, whoever finds them due among 20 at the same time', async () => {
    const { db } = database;
    const timers = [await timerRule(), await timerRule(), await timerRule()];

    const answers = await race(db, 20, (connection) =>
      inTransaction(connection, async (trx) => {
        const due = await lockDueTimers(trx, { limit: 2 });
        await advanceTimers(
          trx,
          due.map(({ id, next_fire_at }) => ({
            id,
            next_fire_at: future,
            last_fire_at: next_fire_at,
            fires: 1,
          })),
        );
        return due.map(({ id }) => id);
      }),
    );

    expect(answers.flat().sort((a, b) => a - b)).toEqual(timers.map(({ timer }) => timer.id));
    for (const { timer } of timers) {
      expect(await getTimer(db, timer.id)).toMatchObject({
        next_fire_at: future,
        last_fire_at: past,
        fire_count: 1,
      });
    }
  });

  it('are made once by 20 services, and put to rest by one of them', async () => {
    const { db } = database;
    const rule = await makeRule(db, { trigger_ref: 'core.intervaltimer', trigger_params: interval });
    const wanted = { rule: rule.id, params: interval, next_fire_at: future };

    const made = await race(db, 20, (connection) => ensureTimers(connection, [wanted]));
    await updateRule(db, rule.id, { enabled: false });
    const rested = await race(db, 20, (connection) => restTimers(connection));

    expect(new Set(made.flat().map(({ id }) => id)).size).toBe(1);
    expect(rested.reduce((sum, count) => sum + count)).toBe(1);
    expect(await findTimerByRule(db, rule.id)).toMatchObject({ params: interval, next_fire_at: null });
  });
});

it('errors of rules are counted beside the definition', async () => {
  const { db } = database;
  const rule = await makeRule(db);

  await recordRuleErrors(db, [{ rule_id: rule.id, count: 2, error: 'no such key: size' }]);
  await recordRuleErrors(db, [
    { rule_id: rule.id, count: 1, error: 'later' },
    { rule_id: 4711, count: 1, error: 'gone' },
  ]);

  expect(await getRule(db, rule.id)).toMatchObject({
    error_count: 3,
    last_error: 'later',
    last_error_at: expect.any(Date),
    updated: rule.updated,
  });
});
