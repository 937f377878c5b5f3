import { InvalidStateError } from '@attune/domain';
import type { Db } from '../database.js';
import type { Statement } from '../statement.js';
import { statement } from '../statement.js';

/*
 * Events, enforcements and executions are deleted with what follows from them, and the books stay right: an event
 * whose match is deleted has one match less. Nothing that is under way is deleted, nor anything beside it.
 */

interface Deletion {
  found: boolean;
  /** What is still under way, in words. */
  hindrance: string | null;
}

/** Where the deletion of $1 begins: rows of `event`, `enforcement` and `execution` that go. */
interface Seeds {
  events: string;
  enforcements: string;
  executions: string;
}

export function deletionStatement(
  name: string,
  { events, enforcements, executions }: Seeds,
): Statement<Deletion> {
  return statement<Deletion>(
    name,
    `with e as materialized (${events}
), f as materialized (${enforcements}
), x as materialized (${executions}
), tree as materialized (
  select t.id, t.settled_at from attune.execution t where t.id in (select id from x)
  union all
  select t.id, t.settled_at from x join attune.execution t on t.root = x.id and t.parent is not null
), hindrance as materialized (
  select 'event ' || id || ' is not evaluated yet' as text from e where status = 'pending'
  union all
  select 'enforcement ' || id || ' is not decided yet' from f where status = 'created'
  union all
  select 'execution ' || id || ' is not settled yet' from tree where settled_at is null
  union all
  select 'execution ' || id || ' is part of execution ' || root from x where root <> id
  limit 1
), gone as materialized (
  select id from tree where not exists (select from hindrance)
), attempts as (
  delete from attune.execution_attempt a using gone g where a.execution = g.id
), history as (
  delete from attune.execution_history h using gone g where h.execution = g.id
), logs as (
  delete from attune.execution_log l using gone g where l.execution = g.id
), gone_executions as (
  delete from attune.execution t using gone g where t.id = g.id
), gone_enforcements as (
  delete from attune.enforcement n using f where n.id = f.id and not exists (select from hindrance)
  returning n.event
), gone_events as (
  delete from attune.event v using e where v.id = e.id and not exists (select from hindrance)
), fewer_matches as (
  update attune.event v set matched = v.matched - m.count
  from (select event, count(*)::integer as count from gone_enforcements group by event) m
  where v.id = m.event and v.id not in (select id from e) and v.matched is not null
)
select exists (select from e union all select from f union all select from x) as found,
  (select text from hindrance) as hindrance`,
  );
}

/** false when it is absent; InvalidStateError while it, or what follows from it, is under way. */
export async function deleteWithConsequences(
  db: Db,
  deletion: Statement<Deletion>,
  subject: { entity: string; id: number },
): Promise<boolean> {
  const [outcome] = await deletion.run(db, [subject.id]);
  if (outcome === undefined || outcome.hindrance === null) return outcome?.found === true;
  throw new InvalidStateError(`cannot delete ${subject.entity} ${subject.id}: ${outcome.hindrance}`);
}
