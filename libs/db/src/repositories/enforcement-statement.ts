import { deadlineOf } from './execution-statement.js';

/*
 * What the statements that accept a match have in common: how the execution of an enforcement is described in a
 * record of their input, and how it is requested.
 */

export const enforcedColumns = `config jsonb, action_id bigint, action_version bigint, permission_set_refs text[],
      executor bigint, priority integer, timeout_seconds integer, retry jsonb, not_before timestamptz`;

/** Of the rule `r`, else of the action `a`: columns that `decided` has too. */
export const enforcedTimeouts = `coalesce(r.start_timeout_seconds, a.start_timeout_seconds) as start_timeout,
    coalesce(r.total_timeout_seconds, a.total_timeout_seconds) as total_timeout`;

/**
 * `enforced` has id, event and execution of the enforcements that were accepted; `decided` has the columns above, their timeouts and
 * `action_ref`.
 */
export function requestEnforced({
  enforced,
  decided,
  on,
}: {
  enforced: string;
  decided: string;
  on: string;
}) {
  return `insert into attune.execution (
    id, root, enforcement, cause_event, action, action_version, action_ref, config, permission_set_refs,
    executor, priority, timeout_seconds, retry, not_before, start_deadline, deadline, waiting_for, waiting_since
  )
  overriding system value
  select f.execution, f.execution, f.id, f.event, d.action_id, d.action_version, d.action_ref, d.config,
    coalesce(d.permission_set_refs, '{}'), d.executor, coalesce(d.priority, 0), d.timeout_seconds, d.retry,
    d.not_before, ${deadlineOf({ dueAt: 'd.not_before', seconds: ['d.start_timeout'] })},
    ${deadlineOf({ dueAt: 'd.not_before', seconds: ['d.total_timeout'] })}, case when d.not_before is not null then 'delay' end,
    case when d.not_before is not null then now() end
  from ${enforced} f join ${decided} d on ${on}
  order by f.execution`;
}
