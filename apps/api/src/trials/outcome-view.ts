import type { ShownOutcome } from '@attune/contract';
import { explainClause, replaceSecrets } from '@attune/domain';
import type { RuleForEvaluation, RuleOutcome } from '@attune/domain';
import { withoutSecrets } from '../definitions/without-secrets.js';

/** What a rule makes of an event, as explanations and tests show it. */
export function showOutcome(rule: RuleForEvaluation, outcome: RuleOutcome): ShownOutcome {
  const { matched, clauses, error = null, refusal = null, parameters = null } = outcome;
  const failing = clauses.findIndex(({ ok }) => !ok);
  return {
    matched,
    clauses: replaceSecrets(clauses, () => null).map((clause) => ({
      ...clause,
      explanation: explainClause(clause),
    })),
    first_failing: failing < 0 ? null : failing,
    error,
    verdict: verdictOf(outcome),
    refusal,
    parameters: parameters === null ? null : hideParameters(rule, parameters),
  };
}

/** The action says which parameters are secret. */
export function hideParameters(
  { action }: Pick<RuleForEvaluation, 'action'>,
  parameters: Record<string, unknown>,
): Record<string, unknown> {
  return withoutSecrets(action?.param_schema, parameters);
}

function verdictOf({ error, matched, execution }: RuleOutcome): ShownOutcome['verdict'] {
  if (error !== undefined) return 'error';
  if (!matched) return 'no_match';
  return execution === undefined ? 'refused' : 'execution';
}
