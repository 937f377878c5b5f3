import type { Db } from '../database.js';
import { statement } from '../statement.js';

export interface RowIds {
  events: readonly number[];
  executions: readonly number[];
}

const causedStatement = statement<{ entity: 'event' | 'execution'; id: number }>(
  'caused_by_trigger',
  `select 'event' as entity, e.id from attune.event e where e.id = any($2::bigint[]) and e.trigger_ref = $1::text
union all
select 'execution', x.id from attune.execution x join attune.event e on e.id = x.cause_event
where x.id = any($3::bigint[]) and e.trigger_ref = $1::text`,
);

/** Those of these rows that are events of a trigger, or that such an event led to directly. */
export async function listCausedBy(db: Db, trigger: string, { events, executions }: RowIds): Promise<RowIds> {
  if (events.length + executions.length === 0) return { events, executions };
  const rows = await causedStatement.run(db, [trigger, [...events], [...executions]]);
  const idsOf = (entity: string) => rows.filter((row) => row.entity === entity).map(({ id }) => id);
  return { events: idsOf('event'), executions: idsOf('execution') };
}
