import type { Routes } from '@attune/contract';
import { inTransaction, listRetention, setRetention } from '@attune/db';
import type { Db } from '@attune/db';
import { didYouMean, ValidationError } from '@attune/domain';
import { auditAct } from '../auth/audit-act.js';
import type { Call, GroupHandlers } from '../http/call.js';

type RetentionRoutes = Routes['retention'];

export const retentionHandlers: GroupHandlers<RetentionRoutes> = {
  get: async ({ ctx, access }) => {
    access.require({});
    return showRetention(ctx.db);
  },
  update: changeRetention,
  patch: changeRetention,
};

/** All of what is asked, or nothing. */
async function changeRetention(call: Call<RetentionRoutes['update' | 'patch']>) {
  const { ctx, body, access } = call;
  access.require({});
  return inTransaction(ctx.db, async (trx) => {
    const before = new Map((await listRetention(trx)).map((row) => [row.target, row.max_age_seconds]));
    refuseUnknown(Object.keys(body.targets), [...before.keys()]);
    for (const [target, { max_age_seconds: after }] of Object.entries(body.targets)) {
      await setRetention(trx, target, after);
      await auditAct(trx, call, {
        category: 'admin',
        event_type: 'retention.updated',
        resource: { type: 'retention', ref: target },
        details: { before: before.get(target) ?? null, after },
      });
    }
    return showRetention(trx);
  });
}

function refuseUnknown(asked: readonly string[], known: readonly string[]): void {
  const details = asked
    .filter((target) => !known.includes(target))
    .map((target) => ({
      path: `targets.${target}`,
      message: 'is nothing that is kept',
      hint: didYouMean(target, known) ?? `there are ${known.join(', ')}`,
    }));
  if (details.length > 0) throw new ValidationError('cannot change retention', { details });
}

async function showRetention(db: Db) {
  const rows = await listRetention(db);
  const targets = rows.map(({ target, max_age_seconds, passed_at, deleted, updated }) => [
    target,
    { max_age_seconds, passed_at: passed_at?.toISOString() ?? null, deleted, updated: updated.toISOString() },
  ]);
  return { targets: Object.fromEntries(targets) as Record<string, never> };
}
