import type { DisabledReason, EnforcementWait, Retry } from '@attune/domain';

/** The execution an accepted enforcement gets. Action and version are those of the rule set it was decided on. */
export interface EnforcedExecution {
  action_id: number;
  action_version: number;
  config: Record<string, unknown>;
  permission_set_refs?: readonly string[] | undefined;
  /** The rule's owner: on whose behalf it runs. */
  executor?: number | null | undefined;
  priority?: number | undefined;
  /** null = the action's. */
  timeout_seconds?: number | null | undefined;
  /** null = the action's. */
  retry?: Retry | null | undefined;
  not_before?: Date | null | undefined;
}

interface Match {
  event_id: number;
  rule_id: number;
  rule_version: number;
}

/** Why a match gets no execution. */
export interface Disabled {
  code: DisabledReason;
  detail: string;
  /** The resolved parameters, as far as they are known. */
  config?: Record<string, unknown> | undefined;
}

/**
 * A match: it gets an execution, or it is disabled and says why, or it waits for its decision (see
 * takeDueEnforcements).
 */
export type NewEnforcement =
  | (Match & { execution: EnforcedExecution; disabled?: undefined })
  | (Match & { disabled: Disabled; execution?: undefined })
  | (Match & { waiting: Waiting; execution?: undefined; disabled?: undefined });

/** Why a match is not decided yet. */
export interface Waiting {
  waiting_for: EnforcementWait;
  /** null: it waits for somebody to let it go on. */
  due_at: Date | null;
  detail?: string | undefined;
}

/** One flat record per enforcement: with an action it gets an execution, with a code it is disabled. */
export function enforcementInput(enforcement: NewEnforcement): object {
  const { event_id, rule_id, rule_version, execution, disabled } = enforcement;
  const match = { event_id, rule_id, rule_version };
  if (execution !== undefined) return { ...match, ...execution };
  if (disabled === undefined) {
    const { detail, ...waiting } = enforcement.waiting;
    return { ...match, ...waiting, reason_detail: detail };
  }
  return { ...match, reason_code: disabled.code, reason_detail: disabled.detail, config: disabled.config };
}
