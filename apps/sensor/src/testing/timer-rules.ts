import { ensureTimers, insertPack, inTransaction, insertTrigger, listEvents } from '@attune/db';
import type { Db, EventSummary, RuleRow, TimerRow } from '@attune/db';
import { makeRule } from '@attune/db/testing';

/** The core pack's timer triggers, as far as the clock needs them. */
export async function insertTimerTriggers(db: Db): Promise<void> {
  await insertPack(db, { ref: 'core', label: 'Core', version: '1.0.0' });
  for (const name of ['intervaltimer', 'crontimer', 'datetimetimer']) {
    await insertTrigger(db, { ref: `core.${name}`, label: name });
  }
}

export function makeIntervalRule(db: Db, params: Record<string, unknown> = {}): Promise<RuleRow> {
  return makeRule(db, {
    trigger_ref: 'core.intervaltimer',
    trigger_params: { unit: 'hours', interval: 1, ...params },
  });
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
