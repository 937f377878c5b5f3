import { findActiveSigningKey, insertAuditEvent, inTransaction } from '@attune/db';
import type { PublicSigningKey, Trx } from '@attune/db';
import type { ApiContext } from '../context.js';
import { longestLifeSeconds } from './lifetimes.js';

/** Tokens of a process that has not seen the new key yet, and clocks that differ. */
const marginSeconds = 120;

/**
 * Signs with a new key from now on, in this process at once and in others within seconds. Tokens of the key before
 * are good until the last one has ended. `record` runs in the same transaction.
 */
export async function rotateSigningKey(
  ctx: ApiContext,
  record: (trx: Trx, key: PublicSigningKey) => Promise<void>,
): Promise<PublicSigningKey | undefined> {
  const { keys, settings } = ctx.auth;
  const until = settings.clock.now().getTime() + (longestLifeSeconds(settings) + marginSeconds) * 1000;
  const key = await inTransaction(ctx.db, async (trx) => {
    const rotated = await keys.rotate(trx, new Date(until));
    if (rotated !== undefined) await record(trx, rotated);
    return rotated;
  });
  ctx.auth.forget();
  return key;
}

/** By age, as configured; of several processes one does it. */
export async function rotateAgedKey(ctx: ApiContext): Promise<void> {
  const { signingKeyDays, clock } = ctx.auth.settings;
  const key = await findActiveSigningKey(ctx.db);
  if (signingKeyDays === 0 || key === undefined) return;
  if (clock.now().getTime() - key.created.getTime() < signingKeyDays * 86_400_000) return;
  const rotated = await rotateSigningKey(ctx, async (trx, { kid }) => {
    await insertAuditEvent(trx, {
      category: 'auth',
      event_type: 'auth.signing_key_rotated',
      outcome: 'success',
      resource_type: 'signing_key',
      resource_ref: kid,
      details: { reason: 'age' },
    });
  });
  if (rotated !== undefined) {
    ctx.log.info({ event: 'auth.signing_key_rotated', kid: rotated.kid }, 'tokens are signed with a new key');
  }
}
