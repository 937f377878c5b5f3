import { recordRuleErrors } from '@attune/db';

import type { ExecutorContext } from '../context.js';
import { logRuleErrors } from '../logger.js';
import type { RuleFailure } from './decide-event.js';

/** Counts the rules that raised an error, one row per rule: the last error stands for the batch. */
export async function countRuleFailures(
  failures: readonly RuleFailure[],
  { db, log }: Pick<ExecutorContext, 'db' | 'log'>,
): Promise<void> {
  const byRule = new Map<number, { rule_id: number; count: number; error: string }>();
  for (const { rule_id, error } of failures) {
    byRule.set(rule_id, { rule_id, count: (byRule.get(rule_id)?.count ?? 0) + 1, error });
  }
  if (byRule.size === 0) return;
  logRuleErrors(log, byRule.values());
  await recordRuleErrors(db, [...byRule.values()]);
}
