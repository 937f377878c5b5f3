import type { Grant } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';

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
