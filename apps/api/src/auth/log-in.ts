import type { IdentityRow } from '@attune/db';
import type { ApiContext } from '../context.js';
import type { Caller } from '../http/call.js';
import { auditAuth } from './audit.js';
import { openSession } from './login.js';
import type { TokenPair } from './login.js';

export interface LoggedIn extends TokenPair {
  user: { id: number; login: string; display_name: string | null };
}

/** A session of somebody who has proved who they are, with its record: give it a context on a transaction. */
export async function logIn(
  ctx: ApiContext,
  { identity, details }: { identity: IdentityRow; details?: Readonly<Record<string, unknown>> },
  caller: Caller,
): Promise<LoggedIn> {
  const { id, login, display_name } = identity;
  const tokens = await openSession(ctx, id, caller);
  await auditAuth(ctx.db, caller, {
    event: 'login',
    outcome: 'success',
    login,
    identityId: id,
    ...(details === undefined ? {} : { details }),
  });
  return { ...tokens, user: { id, login, display_name } };
}
