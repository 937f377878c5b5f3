import { listPermissionSets } from '@attune/db';
import type { ActionFilter } from '@attune/db';
import { coveredBy } from '@attune/domain';
import type { GuardedCall } from '../routes/definition-handlers.js';

const setsAtOnce = 1000;

/** For lists: actions that the caller may execute, and whose permission sets grant nothing that it does not hold. */
export async function executableWithPermissionSets({
  ctx,
  access,
  principal,
}: Pick<GuardedCall, 'ctx' | 'access' | 'principal'>): Promise<ActionFilter> {
  const held: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listPermissionSets(ctx.db, {}, { limit: setsAtOnce, cursor });
    const covered = page.items.filter(({ grants }) => grants.every((grant) => coveredBy(grant, principal)));
    held.push(...covered.map(({ ref }) => ref));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { executable: access.visible('actions:execute'), permission_sets_among: held };
}
