import { errorMessage, evaluateRule, renderTemplate, resolveParameters } from '@attune/domain';
import type { DisabledReason, ErrorDetail, RuleEvent } from '@attune/domain';
import type { EventRow, NewEnforcement, RuleAction, RuleForEvaluation } from '@attune/db';

import { ruleDenial } from './rule-authority.js';

const longestDetail = 2_000;

/** A rule that could not tell whether it matches an event. */
export interface RuleFailure {
  readonly rule_id: number;
  readonly event_id: number;
  readonly error: string;
}

export interface RuleMatch {
  readonly rule: RuleForEvaluation;
  readonly enforcement: NewEnforcement;
}

export interface EventDecision {
  readonly matches: readonly RuleMatch[];
  readonly failures: readonly RuleFailure[];
}

/**
 * What an event leads to under these rules. Pure, and never throws: a rule that raises an error on the event is a
 * failure of that rule alone. An event addressed to one rule concerns no other, and none when that rule is gone.
 */
export function decideEvent(event: EventRow, rules: readonly RuleForEvaluation[]): EventDecision {
  const subject: RuleEvent = {
    id: event.id,
    trigger: event.trigger_ref,
    payload: event.payload,
    created: event.created,
  };
  const matches: RuleMatch[] = [];
  const failures: RuleFailure[] = [];
  for (const rule of rules) {
    if (!concerns(event, rule)) continue;
    const { matched, error } = evaluateRule(rule, subject, { packConfig: rule.pack_config });
    if (error !== undefined) failures.push({ rule_id: rule.id, event_id: event.id, error });
    else if (matched) matches.push({ rule, enforcement: enforceRule(rule, subject) });
  }
  return { matches, failures };
}

function concerns(event: EventRow, rule: RuleForEvaluation): boolean {
  return event.rule_ref === null || event.rule === rule.id;
}

/** What a match leads to: an execution, or the reason why there is none. */
export function enforceRule(rule: RuleForEvaluation, subject: RuleEvent): DecidedEnforcement {
  const match = { event_id: subject.id, rule_id: rule.id, rule_version: rule.version };
  const { action } = rule;
  if (action === null) return disabled(match, 'action_gone', `action ${rule.action_ref} does not exist`);
  if (!action.enabled) return disabled(match, 'action_disabled', `action ${action.ref} is disabled`);
  const denial = ruleDenial(rule, action);
  if (denial !== undefined) return disabled(match, 'permission_denied', denial);

  const rendered = renderParameters(rule, subject);
  if ('error' in rendered) return disabled(match, 'template_failed', rendered.error);
  const { values, issues } = resolveParameters(action.param_schema, rendered.value, 'parameters');
  if (issues.length > 0) return disabled(match, 'parameters_invalid', describeIssues(issues));
  return { ...match, execution: executionOf(rule, action, values) };
}

/** A match that waits for nothing. */
export type DecidedEnforcement = Exclude<NewEnforcement, { waiting: unknown }>;

type Match = Pick<NewEnforcement, 'event_id' | 'rule_id' | 'rule_version'>;

function disabled(match: Match, code: DisabledReason, detail: string): DecidedEnforcement {
  return { ...match, disabled: { code, detail: detail.slice(0, longestDetail) } };
}

/** Time stands still at the event: decided again, and in a backtest, the parameters are the same. */
function renderParameters(
  rule: RuleForEvaluation,
  subject: RuleEvent,
): { value: unknown } | { error: string } {
  const ruleNames = { id: rule.id, ref: rule.ref };
  const context = {
    event: subject,
    rule: ruleNames,
    pack: { config: rule.pack_config },
    system: { timestamp: subject.created, rule: ruleNames },
    'now()': subject.created,
  };
  try {
    return { value: renderTemplate(rule.action_params, context) };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

function describeIssues(issues: readonly ErrorDetail[]): string {
  return issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

/** Where the rule says nothing about timeout and retry, those of the action's version are used. */
function executionOf(
  rule: RuleForEvaluation,
  action: RuleAction,
  config: Record<string, unknown>,
): NonNullable<NewEnforcement['execution']> {
  return {
    action_id: action.id,
    action_version: action.version,
    config,
    permission_set_refs: rule.permission_set_refs ?? action.default_execution_permission_set_refs,
    executor: rule.owner_identity,
    priority: rule.priority ?? action.priority,
    timeout_seconds: rule.timeout_seconds,
    retry: rule.retry,
  };
}
