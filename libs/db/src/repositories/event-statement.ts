import { MissingReferenceError, TransientError } from '@attune/domain';

export interface NewEvent {
  trigger_ref: string;
  payload?: unknown;
  config?: Record<string, unknown> | null | undefined;
  /** Ref of the sensor. */
  source_ref?: string | undefined;
  /** Ref of the only rule this event is meant for. */
  rule_ref?: string | undefined;
  /** The same key for the same trigger is the same event. */
  dedupe_key?: string | undefined;
  /** The execution that led to it. */
  cause_execution?: number | undefined;
  /** Of the definitions it was checked against. When it is another one by now: StaleDefinitionsError. */
  epoch?: number | undefined;
}

/** A definition has changed since the decision that was to be committed; nothing was. Decide again on what holds now. */
export class StaleDefinitionsError extends TransientError {}

export interface InsertedEvent {
  id: number;
  /** True: an earlier event (of this batch or before) had the key; `id` and `created` are that event's. */
  duplicate: boolean;
  created: Date;
}

export type EventInsertOutcome =
  | (InsertedEvent & { missing_field: null })
  | { missing_field: 'epoch' | 'trigger_ref' | 'source_ref' | 'rule_ref'; missing_value: string };

/** What a statement that inserts events does beside. */
interface Beside {
  /** Further columns of the input, as `, name type`. */
  columns?: string;
  /** Further CTEs, each after a comma: `numbered` has the input with the ids of the events, `claimed` the keys. */
  ctes?: string;
}

/**
 * Ids are drawn before the rows are written, so that a key can be claimed for its event in the same
 * statement. `on conflict do update` is a read: unlike `do nothing` it returns the row that is there, also
 * one that was committed a moment ago and that this statement's snapshot does not show. Keys are claimed in
 * order, so two batches with the same keys wait for each other instead of dying.
 */
export function eventInsertion({ columns = '', ctes = '' }: Beside = {}): string {
  return `${resolvedInput(columns)}), numbered as materialized (
  select o.*, nextval('attune.event_id_seq') as id
  from (select * from input where not exists (select from missing) order by ord) o
), claimed as (
  insert into attune.event_key as k (kind, owner, key, event)
  select 'trigger', f.trigger, f.dedupe_key, f.id
  from (
    select distinct on (trigger, dedupe_key) trigger, dedupe_key, id
    from numbered where dedupe_key is not null
    order by trigger, dedupe_key, ord
  ) f
  order by f.trigger, f.dedupe_key
  on conflict (kind, owner, key) do update set
    event = case when k.expires_at <= now() then excluded.event else k.event end,
    created = case when k.expires_at <= now() then excluded.created else k.created end,
    expires_at = case when k.expires_at <= now() then null else k.expires_at end
  returning k.owner, k.key, k.event, k.created
), recorded as (
  insert into attune.event
    (id, trigger, trigger_ref, trigger_version, source, source_ref, rule, rule_ref, payload, config,
    cause_execution, cause_root, cause_depth)
  overriding system value
  select n.id, n.trigger, n.trigger_ref, v.id, n.source, n.source_ref, n.rule, n.rule_ref, n.payload, n.config,
    cause.execution, cause.root, coalesce(cause.depth, 0)
  from numbered n
  left join lateral (
    select e.id as execution, coalesce(before.cause_root, e.root) as root,
      coalesce(before.cause_depth, 0) + 1 as depth
    from attune.execution e
    left join attune.execution top on top.id = e.root
    left join attune.event before on before.id = top.cause_event
    where e.id = n.cause_execution
  ) cause on n.cause_execution is not null
  left join version v on v.trigger = n.trigger
  left join claimed c on c.owner = n.trigger and c.key = n.dedupe_key
  where n.dedupe_key is null or c.event = n.id
  order by n.id
)${ctes}
select o.id, o.created, o.duplicate, null as missing_field, null as missing_value
from (
  select n.ord, coalesce(c.event, n.id) as id, coalesce(c.created, now()) as created,
    coalesce(c.event <> n.id, false) as duplicate
  from numbered n left join claimed c on c.owner = n.trigger and c.key = n.dedupe_key
  order by n.ord
) o
union all
select null, null, null, m.field, m.value from missing m`;
}

/** In input order. What an event names and nobody knows: MissingReferenceError; another epoch: StaleDefinitionsError. */
export function insertedEvents(outcomes: readonly EventInsertOutcome[]): InsertedEvent[] {
  if (outcomes.some(({ missing_field }) => missing_field === 'epoch')) {
    throw new StaleDefinitionsError('a definition has changed since the events were checked');
  }
  return outcomes.map((outcome) => {
    if (outcome.missing_field !== null) {
      throw new MissingReferenceError('event', outcome.missing_field, outcome.missing_value);
    }
    return { id: outcome.id, duplicate: outcome.duplicate, created: outcome.created };
  });
}

/** The events as they came, with the ids of what they name, what of that is missing or another epoch, and the versions of the triggers. */
function resolvedInput(columns: string): string {
  return `with input as materialized (
  select i.*, t.id as trigger, s.id as source, r.id as rule
  from jsonb_to_recordset($1::jsonb) as i(
    ord integer, trigger_ref text, payload jsonb, config jsonb, source_ref text, rule_ref text, dedupe_key text,
    cause_execution bigint, epoch bigint${columns}
  )
  left join attune.trigger t on t.ref = i.trigger_ref
  left join attune.sensor s on s.ref = i.source_ref
  left join attune.rule r on r.ref = i.rule_ref
), missing as materialized (
  select 'epoch' as field, i.epoch::text as value
  from input i join attune.definition_epoch d on d.epoch <> i.epoch
  union all
  select 'trigger_ref', trigger_ref from input where trigger is null
  union all
  select 'source_ref', source_ref from input where source_ref is not null and source is null
  union all
  select 'rule_ref', rule_ref from input where rule_ref is not null and rule is null
), version as materialized (
  select t.trigger, v.id
  from (select distinct trigger, trigger_ref from input) t
  cross join lateral (
    select v.id from attune.definition_version v
    where v.entity_type = 'trigger' and v.entity_ref = t.trigger_ref
    order by v.version desc limit 1
  ) v
`;
}
