import {
  ensureTimers,
  insertAction,
  insertPack,
  insertRule,
  insertRuntime,
  insertTrigger,
  inTransaction,
  listEvents,
} from '@attune/db';
import type { Db, EventSummary, RuleRow, TimerRow } from '@attune/db';

let rules = 0;

/** As much of the core pack as the clock needs, and one action for all rules. */
export async function insertTimerTriggers(db: Db): Promise<void> {
  await insertPack(db, { ref: 'core', label: 'Core', version: '1.0.0' });
  for (const name of ['intervaltimer', 'crontimer', 'datetimetimer']) {
    await insertTrigger(db, { ref: `core.${name}`, label: name });
  }
  await insertRuntime(db, { ref: 'core.noop', name: 'No-op' });
  await insertAction(db, { ref: 'core.noop', label: 'No-op', entrypoint: '', runtime_ref: 'core.noop' });
}

export function makeTimerRule(
  db: Db,
  timer: string,
  params: Record<string, unknown>,
  enabled = true,
): Promise<RuleRow> {
  rules += 1;
  return insertRule(db, {
    ref: `core.tick_${rules}`,
    label: `Tick ${rules}`,
    trigger_ref: `core.${timer}`,
    trigger_params: params,
    action_ref: 'core.noop',
    enabled,
  });
}

export function makeIntervalRule(db: Db, params: Record<string, unknown> = {}): Promise<RuleRow> {
  return makeTimerRule(db, 'intervaltimer', { unit: 'hours', interval: 1, ...params });
}

/** Rules with an interval of one hour whose timers are all due at the given time. */
export function makeDueTimers(db: Db, count: number, dueAt: Date): Promise<TimerRow[]> {
  return inTransaction(db, async (trx) => {
    const rules: RuleRow[] = [];
    for (let index = 0; index < count; index++) rules.push(await makeIntervalRule(trx));
    return ensureTimers(
      trx,
      rules.map(({ id, trigger_params }) => ({ rule: id, params: trigger_params, next_fire_at: dueAt })),
    );
  });
}

export async function eventsOfRule(db: Db, ruleRef: string): Promise<EventSummary[]> {
  const { items } = await listEvents(db, { rule_ref: ruleRef }, { limit: 1_000 });
  return items;
}
