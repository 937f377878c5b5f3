import type { TimerTrigger } from '@attune/domain';
import { timerTriggers } from '@attune/domain';
import type { Db, Trx } from '../database.js';
import { between, isSet, matchesRef } from '../filter.js';
import { toJson } from '../json.js';
import type { Keyset } from '../page.js';
import type { RuleRow, TimerRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf, tableOf } from '../table.js';

/** An enabled rule on a core timer, and its clock when it has one. */
export interface TimerRule {
  rule: number;
  rule_ref: string;
  trigger_ref: TimerTrigger;
  trigger_params: RuleRow['trigger_params'];
  rule_created: Date;
  timer: TimerRow | null;
}

export interface NewTimer {
  rule: number;
  /** The rule's trigger parameters that `next_fire_at` follows from. */
  params: Record<string, unknown>;
  /** null = never (again). */
  next_fire_at: Date | null;
}

export interface DueTimer extends TimerRow {
  /** Database time of the lock. */
  now: Date;
}

export interface FiredTimer {
  id: number;
  next_fire_at: Date | null;
  /** The instant that was due; null = it has never fired. */
  last_fire_at: Date | null;
  /** How many instants fired: added to `fire_count`. */
  fires: number;
}

export interface TimerFilter {
  /** `*` is a wildcard, here and in other refs. */
  rule_ref?: string | undefined;
  trigger_ref?: string | undefined;
  /** Whether it will fire (again). */
  armed?: boolean | undefined;
  due_before?: Date | undefined;
}

type TimerRuleRow = Omit<TimerRow, 'id'> & {
  /** null = the rule has no timer, and the rest of its row is null. */
  id: number | null;
  of_rule: number;
  of_ref: string;
  of_trigger: TimerTrigger;
  of_params: RuleRow['trigger_params'];
  of_created: Date;
};

const rulesStatement = statement<TimerRuleRow>(
  'list_timer_rules',
  `select r.id as of_rule, r.ref as of_ref, r.trigger_ref as of_trigger, r.trigger_params as of_params,
  r.created as of_created, t.*
from attune.rule r
join attune.trigger g on g.id = r.trigger and g.enabled
left join attune.timer t on t.rule = r.id
where r.enabled and r.trigger_ref = any($1::text[])
order by r.id`,
);

const ensureStatement = statement<TimerRow>(
  'ensure_timers',
  `insert into attune.timer as t (rule, rule_ref, trigger_ref, params, next_fire_at)
select r.id, r.ref, r.trigger_ref, i.params, i.next_fire_at
from jsonb_to_recordset($1::jsonb) as i(rule bigint, params jsonb, next_fire_at timestamptz)
join attune.rule r on r.id = i.rule
order by r.id
on conflict (rule) do update set params = excluded.params, next_fire_at = excluded.next_fire_at,
  rule_ref = excluded.rule_ref, trigger_ref = excluded.trigger_ref, updated = now()
returning t.*`,
);

const dueStatement = statement<DueTimer>(
  'lock_due_timers',
  `select t.*, clock_timestamp() as now
from attune.timer t
join attune.rule r on r.id = t.rule and r.enabled
join attune.trigger g on g.id = r.trigger and g.enabled
where t.next_fire_at <= clock_timestamp()
order by t.next_fire_at, t.id limit $1::bigint for update of t skip locked`,
);

const advanceStatement = statement<never>(
  'advance_timers',
  `update attune.timer t set next_fire_at = i.next_fire_at, last_fire_at = i.last_fire_at,
  fire_count = t.fire_count + i.fires, updated = now()
from jsonb_to_recordset($1::jsonb) as i(
  id bigint, next_fire_at timestamptz, last_fire_at timestamptz, fires integer
)
where t.id = i.id`,
);

const nextStatement = statement<{ now: Date; next_fire_at: Date | null }>(
  'next_timer_due',
  `select clock_timestamp() as now, (
  select t.next_fire_at
  from attune.timer t
  join attune.rule r on r.id = t.rule and r.enabled
  join attune.trigger g on g.id = r.trigger and g.enabled
  where t.next_fire_at is not null
  order by t.next_fire_at limit 1
) as next_fire_at`,
);

const restStatement = statement<{ id: number }>(
  'rest_timers',
  `update attune.timer t set next_fire_at = null, updated = now()
from attune.rule r left join attune.trigger g on g.id = r.trigger
where r.id = t.rule and t.next_fire_at is not null and not (r.enabled and coalesce(g.enabled, false))
returning t.id`,
);

const byRule: Keyset = {
  columns: [
    { name: 'timer.rule_ref', type: 'text' },
    { name: 'timer.id', type: 'int8' },
  ],
  direction: 'asc',
};

const timers = tableOf('timer');

export const findTimer = timers.find;

/** A rule has one timer at most; it goes with its rule. */
export const findTimerByRule = timers.findBy('rule');

export const getTimer = timers.get;

/** By rule. */
export const listTimers = listOf<TimerRow, TimerFilter>('timer', {
  order: byRule,
  conditions: (filter) => [
    matchesRef('timer.rule_ref', filter.rule_ref),
    matchesRef('timer.trigger_ref', filter.trigger_ref),
    isSet('timer.next_fire_at', filter.armed),
    between('timer.next_fire_at', undefined, filter.due_before),
  ],
});

/** All rules whose clock should run; those without a timer, or with other parameters, need ensureTimers. */
export async function listTimerRules(db: Db): Promise<TimerRule[]> {
  const rows = await rulesStatement.run(db, [[...timerTriggers]]);
  return rows.map(({ of_rule, of_ref, of_trigger, of_params, of_created, id, ...timer }) => ({
    rule: of_rule,
    rule_ref: of_ref,
    trigger_ref: of_trigger,
    trigger_params: of_params,
    rule_created: of_created,
    timer: id === null ? null : { ...timer, id },
  }));
}

/** Creates the timers of these rules or sets them anew, one statement. A rule that is gone gets none. */
export async function ensureTimers(db: Db, timers: readonly NewTimer[]): Promise<TimerRow[]> {
  return timers.length === 0 ? [] : ensureStatement.run(db, [toJson(timers)]);
}

/**
 * Stops the clocks of rules that are disabled, so that they do not make up for that time when they are enabled
 * again. Answers how many; idempotent.
 */
export async function restTimers(db: Db): Promise<number> {
  return (await restStatement.run(db, [])).length;
}

/**
 * Timers of enabled rules that are due, by database time, oldest first, locked until the transaction ends;
 * timers that another process has locked are passed over.
 */
export async function lockDueTimers(trx: Trx, options: { limit: number }): Promise<DueTimer[]> {
  return dueStatement.run(trx, [options.limit]);
}

/** In the transaction that locked them and records their events. One statement. */
export async function advanceTimers(trx: Trx, fired: readonly FiredTimer[]): Promise<void> {
  if (fired.length > 0) await advanceStatement.run(trx, [toJson(fired)]);
}

/** How long the clock may sleep: database time, and when the next timer is due. */
export async function nextTimerDue(db: Db): Promise<{ now: Date; next_fire_at: Date | null }> {
  const [row] = await nextStatement.run(db, []);
  if (row === undefined) throw new Error('the database did not tell the time');
  return row;
}
