import type { DisabledReason } from '../enforcement/enforcement-status.js';
import { errorMessage } from '../errors.js';
import type { ErrorDetail } from '../errors.js';
import type { Retry } from '../execution/retry.js';
import { renderTemplate } from '../expression/template.js';
import { resolveParameters } from '../parameters/parameters.js';
import { evaluateRule } from './evaluate-rule.js';
import type { RuleDecision, RuleEvent } from './evaluate-rule.js';
import { ruleDenial } from './rule-authority.js';
import type { RuleAction, RuleForEvaluation } from './rule-for-evaluation.js';

const longestDetail = 2_000;

/** The execution that a match leads to. */
export interface PlannedExecution {
  action_id: number;
  action_version: number;
  config: Record<string, unknown>;
  permission_set_refs: readonly string[];
  executor: number | null;
  priority: number;
  timeout_seconds: number | null;
  retry: Retry | null;
}

/** Why a match leads to none. */
export interface Refusal {
  code: DisabledReason;
  detail: string;
}

/** A match has an execution or a refusal. */
export interface MatchOutcome {
  execution?: PlannedExecution;
  refusal?: Refusal;
  /** Of a match whose templates could be rendered: with defaults, whether they are valid or not. */
  parameters?: Record<string, unknown>;
}

/** What a rule makes of an event. */
export type RuleOutcome = RuleDecision & MatchOutcome;

/** An event may be meant for one rule alone, and for none when that rule is gone. */
export interface Addressee {
  rule: number | null;
  rule_ref: string | null;
}

export function isAddressedTo(event: Addressee, ruleId: number): boolean {
  return event.rule_ref === null || event.rule === ruleId;
}

/**
 * What a rule makes of an event: the one function of the live path, of `explain`, of tests and of backtests. Never
 * throws. Whether the rule is enabled, and whether the event is addressed to it, was asked before.
 */
export function decideRule(rule: RuleForEvaluation, event: RuleEvent): RuleOutcome {
  const decision = evaluateRule(rule, event, { packConfig: rule.pack_config });
  return decision.matched ? { ...decision, ...enforceRule(rule, event) } : decision;
}

/** What a match leads to, whose conditions were looked at before. */
export function enforceRule(rule: RuleForEvaluation, event: RuleEvent): MatchOutcome {
  const { action } = rule;
  if (action === null) return refused('action_gone', `action ${rule.action_ref} does not exist`);
  if (!action.enabled) return refused('action_disabled', `action ${action.ref} is disabled`);
  const denial = ruleDenial(rule, action);
  if (denial !== undefined) return refused('permission_denied', denial);

  const rendered = renderParameters(rule, event);
  if ('error' in rendered) return refused('template_failed', rendered.error);
  const { values: parameters, issues } = resolveParameters(action.param_schema, rendered.value, 'parameters');
  if (issues.length > 0) return { parameters, ...refused('parameters_invalid', describeIssues(issues)) };
  return { parameters, execution: executionOf(rule, action, parameters) };
}

function refused(code: DisabledReason, detail: string): { refusal: Refusal } {
  return { refusal: { code, detail: detail.slice(0, longestDetail) } };
}

/** Time stands still at the event: decided again, and in a backtest, the parameters are the same. */
function renderParameters(rule: RuleForEvaluation, event: RuleEvent): { value: unknown } | { error: string } {
  const ruleNames = { id: rule.id, ref: rule.ref };
  const context = {
    event,
    rule: ruleNames,
    pack: { config: rule.pack_config },
    system: { timestamp: event.created, rule: ruleNames },
    'now()': event.created,
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
): PlannedExecution {
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
