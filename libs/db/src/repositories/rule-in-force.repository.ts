import { changeSecrets, readSecrets, SecretValue } from '@attune/domain';
import type { RuleAction, RuleOwner } from '@attune/domain';
import type { Db } from '../database.js';
import { statement } from '../statement.js';
import { ruleOwner } from './rule-owner.js';

/** What a rule names. */
export interface RuleNames {
  trigger_ref: string;
  action_ref: string;
  pack_ref: string;
  owner_identity: number | null;
  /** When: the versions of then; left out: those of now. */
  at?: Date | undefined;
}

/** What a rule worked with at a time. A deletion leaves no version: what has gone since says so (`is_gone`). */
export interface RuleSurroundings {
  /** null = there was none yet. */
  trigger: { id: number; enabled: boolean; is_gone: boolean } | null;
  /** null = there was none yet. */
  action: (RuleAction & { is_gone: boolean }) | null;
  /** Its secrets as SecretValue, also those that stood in clear. */
  pack_config: Record<string, unknown>;
  /** As it is now: what somebody may do has no versions. null = there is none (any more). */
  owner: RuleOwner | null;
}

type FoundSurroundings = Omit<RuleSurroundings, 'pack_config'> & {
  pack: { config: Record<string, unknown>; conf_schema: Record<string, unknown> };
};

const surroundingsStatement = statement<FoundSurroundings>(
  'load_rule_surroundings',
  `with version as materialized (
  select distinct on (v.entity_type) v.entity_type, v.entity, v.id, v.content as c
  from attune.definition_version v
  where (v.entity_type, v.entity_ref) in (('trigger', $1), ('action', $2), ('pack', $3))
    and v.created <= coalesce($5::timestamptz, 'infinity')
  order by v.entity_type, v.version desc
)
select
  (select jsonb_build_object('id', v.entity, 'enabled', c -> 'enabled',
    'is_gone', not exists (select from attune.trigger t where t.id = v.entity))
  from version v where v.entity_type = 'trigger') as trigger,
  (select jsonb_build_object('id', v.entity, 'ref', c -> 'ref', 'version', v.id, 'enabled', c -> 'enabled',
    'param_schema', c -> 'param_schema', 'runtime_ref', c -> 'runtime_ref',
    'is_workflow', coalesce(jsonb_typeof(c -> 'workflow') <> 'null', false),
    'timeout_seconds', c -> 'timeout_seconds', 'retry', c -> 'retry', 'priority', c -> 'priority',
    'default_execution_permission_set_refs', c -> 'default_execution_permission_set_refs',
    'is_gone', not exists (select from attune.action a where a.id = v.entity))
  from version v where v.entity_type = 'action') as action,
  coalesce(
    (select jsonb_build_object('config', c -> 'config', 'conf_schema', c -> 'conf_schema')
    from version v where v.entity_type = 'pack'),
    '{"config": {}, "conf_schema": {}}') as pack,
  (select ${ruleOwner('owning')} from attune.identity owning where owning.id = $4::bigint) as owner`,
);

/** In one statement, and so in one snapshot. */
export async function loadRuleSurroundings(db: Db, names: RuleNames): Promise<RuleSurroundings> {
  const { trigger_ref, action_ref, pack_ref, owner_identity, at = null } = names;
  const [found] = await surroundingsStatement.run(db, [
    trigger_ref,
    action_ref,
    pack_ref,
    owner_identity,
    at,
  ]);
  if (found === undefined) throw new Error('a statement without a condition found no row');
  const { pack, ...surroundings } = found;
  return { ...surroundings, pack_config: withSecrets(pack) };
}

/** Versions that are older than sealing hold secrets in clear: what is one now is one in them, too. */
function withSecrets({ conf_schema, config }: FoundSurroundings['pack']): Record<string, unknown> {
  return changeSecrets(conf_schema, readSecrets(config), (value) =>
    value instanceof SecretValue ? value : new SecretValue([JSON.stringify(value)]),
  );
}
