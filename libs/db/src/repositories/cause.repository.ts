import type { Db } from '../database.js';
import { statement } from '../statement.js';

const comesFromStatement = statement<{ found: boolean }>(
  'comes_from_trigger',
  `select exists (
  select from attune.event e
  where e.id = any($2::bigint[] || array(select x.cause_event from attune.execution x where x.id = any($3::bigint[])))
    and e.trigger_ref = $1::text
) as found`,
);

/** Whether one of these events, or what led to one of these executions, is an event of this trigger. */
export async function comesFromTrigger(
  db: Db,
  trigger: string,
  { events, executions }: { events: readonly number[]; executions: readonly number[] },
): Promise<boolean> {
  const [row] = await comesFromStatement.run(db, [trigger, [...events], [...executions]]);
  return row?.found === true;
}
