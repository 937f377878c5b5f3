import type { Routes } from '@attune/contract';
import { inTransaction } from '@attune/db';
import { NotFoundError } from '@attune/domain';
import type { DeadLetter } from '@attune/mq';
import { auditAct } from '../auth/audit-act.js';
import type { ApiContext } from '../context.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { pageSizeOf } from '../http/page.js';

type DeadLetterRoutes = Routes['deadLetters'];

/** As many as the broker hands out to one look. */
const all = 10_000;

export const deadLetterHandlers: GroupHandlers<DeadLetterRoutes> = {
  list: async ({ ctx, query, access }) => {
    access.require({});
    const { page, pageSize } = pageSizeOf(query);
    const end = page * pageSize;
    const letters = await ctx.deadLetters.listDeadLetters(end + 1);
    return {
      items: letters.slice(end - pageSize, end).map(showLetter),
      pagination: { page, page_size: pageSize, has_previous: page > 1, has_next: letters.length > end },
    };
  },

  get: async ({ ctx, params, access }) => {
    access.require({});
    return showLetter(await getLetter(ctx, params.id));
  },

  requeue: async (call) => {
    const letter = await settle(call, 'requeued', (ids) => call.ctx.deadLetters.requeueDeadLetters(ids));
    return showLetter(letter);
  },

  drop: async (call) => {
    await settle(call, 'dropped', (ids) => call.ctx.deadLetters.dropDeadLetters(ids));
    return { success: true, message: `dead letter ${call.params.id} is dropped` };
  },
};

/** The record is written first and stands only when the broker has done it: nothing is settled without one. */
async function settle(
  call: Call<DeadLetterRoutes['requeue' | 'drop']>,
  verb: 'requeued' | 'dropped',
  act: (ids: readonly string[]) => Promise<readonly string[]>,
): Promise<DeadLetter> {
  const { ctx, params, access } = call;
  access.require({});
  const letter = await getLetter(ctx, params.id);
  const { id, type, queue, reason } = letter;
  await inTransaction(ctx.db, async (trx) => {
    await auditAct(trx, call, {
      category: 'admin',
      event_type: `dead_letter.${verb}`,
      resource: { type: 'dead_letter', ref: id },
      details: { type, queue, reason },
    });
    if ((await act([id])).length === 0) throw new NotFoundError('dead_letter', 'id', id);
  });
  return letter;
}

async function getLetter({ deadLetters }: ApiContext, id: string): Promise<DeadLetter> {
  const letter = (await deadLetters.listDeadLetters(all)).find((each) => each.id === id);
  if (letter === undefined) throw new NotFoundError('dead_letter', 'id', id);
  return letter;
}

function showLetter(letter: DeadLetter) {
  const { id, type, version, body, reason, queue, handler, attempts, correlationId, diedAt } = letter;
  return {
    id,
    type,
    version,
    body,
    reason,
    queue,
    handler,
    attempts,
    correlation_id: correlationId,
    died_at: diedAt.toISOString(),
  };
}
