import { heldSets } from '../held-sets.js';

/** The `RuleOwner` that a row of attune.identity, known by this alias, is. */
export function ruleOwner(alias: string): string {
  return `jsonb_build_object(
    'login', ${alias}.login, 'frozen', ${alias}.frozen, 'attributes', ${alias}.attributes, 'grants', coalesce((
      select jsonb_agg(g.value order by s.ref)
      from attune.permission_set s cross join jsonb_array_elements(s.grants) g
      where g.value @> '{"resource": "actions", "actions": ["execute"]}' and s.id in (
      ${heldSets(`${alias}.id`)}
      )
    ), '[]')
  )`;
}
