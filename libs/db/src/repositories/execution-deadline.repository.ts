import type { Db } from '../database.js';
import { statement } from '../statement.js';
import type { Claim } from './execution-run.repository.js';
import { announceAnew, waitingOver } from './execution-statement.js';

/* The next deadline is the earlier of both: the first start clears its own. */
const endStatement = statement<Claim>(
  'end_overdue_executions',
  `with overdue as materialized (
  select e.id from attune.execution e
  where e.announced_at is not null and least(e.start_deadline, e.deadline) <= now()
    and e.status in ('requested', 'scheduled')
  order by least(e.start_deadline, e.deadline) limit $1::bigint for no key update skip locked
), ended as (
  update attune.execution e set status = 'timeout', finished_at = now(), updated = now(),
    error = case when e.start_deadline <= now() then 'its start timeout was over before it started'
        else 'its total timeout was over before it ended' end
      || coalesce('; it waited for ' || e.waiting_for || coalesce(': ' || e.waiting_detail, ''), ''),
    not_before = null, ${waitingOver}, ${announceAnew}
  from overdue o where e.id = o.id
  returning e.id, e.attempt, e.error
), history as (
  insert into attune.execution_history (execution, attempt, to_status, detail)
  select id, attempt, 'timeout', error from ended
)
select id, attempt from ended order by id`,
);

/**
 * requested or scheduled → timeout, for executions whose start or total timeout is over (database time); a pause does
 * not hold it. What runs is ended by its worker. A shorter answer than `limit` means that no more are overdue;
 * any number of replicas may ask.
 */
export async function endOverdueExecutions(db: Db, { limit }: { limit: number }): Promise<Claim[]> {
  return endStatement.run(db, [limit]);
}
