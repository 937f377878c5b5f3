import { InvalidStateError } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { SignInRow } from '../schema/index.js';

export interface SignInCode {
  /** sha256 of the code, hex. */
  code_hash: string;
  code_challenge: string;
  /** From now, by database time. */
  lifetime_seconds: number;
}

/** Takes the state of a sign-in that came back; of any number of uses at once, one is answered true. */
export async function claimSignIn(db: Db, stateHash: string): Promise<boolean> {
  const claimed = await db
    .insertInto('sign_in')
    .values({ state_hash: stateHash })
    .onConflict((conflict) => conflict.doNothing())
    .returning('state_hash')
    .executeTakeFirst();
  return claimed !== undefined;
}

/** The provider vouched for the identity: its client may redeem the code. InvalidStateError when one was given. */
export async function completeSignIn(
  db: Db,
  stateHash: string,
  { identity, code }: { identity: number; code: SignInCode },
): Promise<void> {
  const completed = await db
    .updateTable('sign_in')
    .set({
      identity,
      code_hash: code.code_hash,
      code_challenge: code.code_challenge,
      code_expires_at: sql`now() + make_interval(secs => ${code.lifetime_seconds})`,
    })
    .where('state_hash', '=', stateHash)
    .where('code_hash', 'is', null)
    .returning('state_hash')
    .executeTakeFirst();
  if (completed === undefined) throw new InvalidStateError('the sign-in was completed before');
}

/** Uses the code up, whatever the caller then thinks of it. undefined: unknown, expired, or used before. */
export async function redeemSignInCode(db: Db, codeHash: string): Promise<SignInRow | undefined> {
  return db
    .updateTable('sign_in')
    .set({ redeemed_at: sql`now()` })
    .where('code_hash', '=', codeHash)
    .where('redeemed_at', 'is', null)
    .where('code_expires_at', '>', sql<Date>`now()`)
    .returningAll()
    .executeTakeFirst();
}
