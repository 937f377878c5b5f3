import type { Grant, Resource, ResourceAction } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { heldSets } from '../held-sets.js';
import { toJson } from '../json.js';
import { statement } from '../statement.js';

/** An identity with what it may do. */
export interface GrantHolder {
  id: number;
  attributes: Record<string, unknown>;
  grants: Grant[];
}

const holdersStatement = statement<GrantHolder>(
  'list_grant_holders',
  `select holder.id, holder.attributes, (
  select jsonb_agg(g.value order by p.ref)
  from attune.permission_set p cross join jsonb_array_elements(p.grants) g
  where p.id in (
      ${heldSets('holder.id')}
  )
) as grants
from attune.identity holder
where not holder.frozen and exists (
  select from attune.permission_set p where p.grants @> $1::jsonb and p.id in (
      ${heldSets('holder.id')}
  )
)
order by holder.id`,
);

/** What the identity may do: grants of its own permission sets and of those of its roles. */
export async function listGrants(db: Db, identityId: number): Promise<Grant[]> {
  const own = db.selectFrom('permission_assignment').select('permset').where('identity', '=', identityId);
  const ofRoles = db
    .selectFrom('permission_set_role')
    .innerJoin('identity_role', 'identity_role.role', 'permission_set_role.role')
    .select('permset')
    .where('identity_role.identity', '=', identityId);
  const sets = await db
    .selectFrom('permission_set')
    .select('grants')
    .where('id', 'in', own.union(ofRoles))
    .orderBy('ref')
    .execute();
  return sets.flatMap((set) => set.grants);
}

/** Of permission sets named one by one, as an execution does; one that does not exist gives nothing. */
export async function listGrantsOfSets(db: Db, refs: readonly string[]): Promise<Grant[]> {
  const sets = await db
    .selectFrom('permission_set')
    .select('grants')
    .where(sql<boolean>`ref = any(${[...refs]}::text[])`)
    .orderBy('ref')
    .execute();
  return sets.flatMap((set) => set.grants);
}
/** What everybody with the role may do. */
export async function listGrantsOfRole(db: Db, role: string): Promise<Grant[]> {
  const sets = await db
    .selectFrom('permission_set')
    .innerJoin('permission_set_role', 'permission_set_role.permset', 'permission_set.id')
    .select('permission_set.grants')
    .where('permission_set_role.role', '=', role)
    .orderBy('permission_set.ref')
    .execute();
  return sets.flatMap((set) => set.grants);
}

/** Active identities that one of their grants lets do this, within whatever limits; with all their grants. */
export async function listGrantHolders(
  db: Db,
  { resource, action }: { resource: Resource; action: ResourceAction },
): Promise<GrantHolder[]> {
  return holdersStatement.run(db, [toJson([{ resource, actions: [action] }])]);
}
