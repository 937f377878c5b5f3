import type { Db } from '../database.js';
import type { CreatedEnforcement } from '../repositories/enforcement.repository.js';
import { commitEvaluations } from '../repositories/enforcement.repository.js';
import { insertEvents } from '../repositories/event.repository.js';
import { loadRuleSet } from '../repositories/rule-set.repository.js';
import { makeRule } from './definition.factory.js';

/** An event, evaluated, with the one enforcement it led to and that one's execution. */
export async function makeEnforcement(db: Db): Promise<CreatedEnforcement> {
  const rule = await makeRule(db);
  const [event] = await insertEvents(db, [{ trigger_ref: rule.trigger_ref }]);
  const { epoch, rules } = await loadRuleSet(db, [rule.trigger ?? 0]);
  const [loaded] = rules;
  if (event === undefined || loaded?.action == null) throw new Error('the rule is not loaded');
  const { action } = loaded;
  const answer = await commitEvaluations(db, {
    epoch,
    evaluations: [{ event_id: event.id, matched: 1 }],
    enforcements: [
      {
        event_id: event.id,
        rule_id: rule.id,
        rule_version: loaded.version,
        execution: { action_id: action.id, action_version: action.version, config: {} },
      },
    ],
  });
  const [created] = answer.stale ? [] : answer.created;
  if (created === undefined) throw new Error('no enforcement was written');
  return created;
}
