import { listCausedBy } from '@attune/db';
import type { Db } from '@attune/db';
import type { DeadLetter } from '@attune/mq';
import { z } from 'zod';

import { alertTrigger } from './alert-trigger.js';

const named = z
  .object({ eventIds: z.array(z.int()).default([]), executionId: z.int().optional() })
  .catch({ eventIds: [] });

/** The letters in which there is no alert, and nothing that one led to: those would raise alerts for ever. */
export async function withoutAlertLetters(
  db: Db,
  letters: readonly DeadLetter[],
): Promise<readonly DeadLetter[]> {
  const bodies = letters.map(({ body }) => named.parse(body));
  const caused = await listCausedBy(db, alertTrigger, {
    events: bodies.flatMap(({ eventIds }) => eventIds),
    executions: bodies.flatMap(({ executionId }) => executionId ?? []),
  });
  const events = new Set(caused.events);
  const executions = new Set(caused.executions);
  return letters.filter((_letter, index) => {
    const { eventIds = [], executionId = 0 } = bodies[index] ?? {};
    return !eventIds.some((id) => events.has(id)) && !executions.has(executionId);
  });
}
