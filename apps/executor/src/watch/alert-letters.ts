import { listCausedBy } from '@attune/db';
import type { Db } from '@attune/db';
import type { DeadLetter } from '@attune/mq';
import { z } from 'zod';

import { alertTrigger } from './alert-trigger.js';

const named = z.object({ eventId: z.int().optional(), executionId: z.int().optional() }).catch({});

/** The letters that are not about an alert, or what an alert led to: those raise no further one. */
export async function withoutAlertLetters(
  db: Db,
  letters: readonly DeadLetter[],
): Promise<readonly DeadLetter[]> {
  const bodies = letters.map(({ body }) => named.parse(body));
  const caused = await listCausedBy(db, alertTrigger, {
    events: bodies.flatMap(({ eventId }) => eventId ?? []),
    executions: bodies.flatMap(({ executionId }) => executionId ?? []),
  });
  const events = new Set(caused.events);
  const executions = new Set(caused.executions);
  return letters.filter((_letter, index) => {
    const { eventId = 0, executionId = 0 } = bodies[index] ?? {};
    return !events.has(eventId) && !executions.has(executionId);
  });
}
