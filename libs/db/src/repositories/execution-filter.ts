import type { ExecutionStatus } from '@attune/domain';
import { isTerminalExecution } from '@attune/domain';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Condition } from '../filter.js';
import { allOf, between, equals, isSet, matchesRef, oneOf } from '../filter.js';
import type { LimitColumns, Limited } from '../visible.js';
import { isVisible } from '../visible.js';

export interface ExecutionFilter extends Limited {
  status?: ExecutionStatus | readonly ExecutionStatus[] | undefined;
  /** `*` is a wildcard, here and in other refs. */
  action_ref?: string | undefined;
  /** Of its action. */
  pack_ref?: string | undefined;
  rule_ref?: string | undefined;
  trigger_ref?: string | undefined;
  /** The execution that this enforcement got. */
  enforcement?: number | undefined;
  /** An event: the executions that its enforcements got. */
  cause_event?: number | undefined;
  /** Identity on whose behalf. */
  executor?: number | undefined;
  /** What it has in hand, not what it has done. */
  worker?: number | undefined;
  parent?: number | undefined;
  /** The whole tree below, without the top itself. */
  root?: number | undefined;
  top_level_only?: boolean | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

/** What grants on executions may be limited by. */
export const executionLimits: LimitColumns = {
  id: 'execution.id',
  ref: 'execution.action_ref',
  componentRef: 'execution.action_ref',
  owner: 'execution.executor',
  execution: 'execution.id',
};

/** Whether it asks for what an enforcement has caused. */
export function isByCause({ enforcement, cause_event, rule_ref, trigger_ref }: ExecutionFilter): boolean {
  return [enforcement, cause_event, rule_ref, trigger_ref].some((cause) => cause !== undefined);
}

/** Of a query over `execution` and the `enforcement` that caused it. */
export function executionConditions(filter: ExecutionFilter): RawBuilder<boolean> {
  const statuses = typeof filter.status === 'string' ? [filter.status] : filter.status;
  return allOf(
    hasStatus(statuses),
    matchesRef('execution.action_ref', filter.action_ref),
    filter.pack_ref === undefined ? undefined : matchesRef('execution.action_ref', `${filter.pack_ref}.*`),
    matchesRef('enforcement.rule_ref', filter.rule_ref),
    matchesRef('enforcement.trigger_ref', filter.trigger_ref),
    equals('enforcement.id', filter.enforcement),
    equals('enforcement.event', filter.cause_event),
    equals('execution.executor', filter.executor),
    equals('execution.worker', filter.worker),
    filter.worker === undefined ? undefined : isSet('execution.announced_at', true),
    equals('execution.parent', filter.parent),
    equals('execution.root', filter.root),
    filter.root === undefined ? undefined : isSet('execution.parent', true),
    filter.top_level_only === true ? isSet('execution.parent', false) : undefined,
    between('execution.created', filter.created_after, filter.created_before),
    isVisible(filter.visible, executionLimits),
  );
}

/** The status itself has no index (see migration 0005): what stands for it has. */
function hasStatus(statuses: readonly ExecutionStatus[] | undefined): Condition {
  const type = 'attune.execution_status_enum';
  if (statuses === undefined) return undefined;
  const [status] = statuses;
  if (statuses.length === 1 && status !== undefined && isFailure(status)) {
    return sql<boolean>`execution.failure = ${status}::${sql.raw(type)}`;
  }
  const active = statuses.every((status) => !isTerminalExecution(status));
  return allOf(
    oneOf('execution.status', statuses, type),
    active ? isSet('execution.announced_at', true) : undefined,
  );
}

function isFailure(status: ExecutionStatus): boolean {
  return isTerminalExecution(status) && status !== 'completed';
}
