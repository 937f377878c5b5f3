import { takeOverduePendingEvents } from '@attune/db';
import { causeOfEvent, eventCreated, message } from '@attune/mq';

import { announceAgain } from './announce-again.js';
import type { Sweep } from './sweep.js';

/** Events that were recorded and are not evaluated. A message for each: one that cannot be handled keeps no other from it. */
export const pendingEventsSweep: Sweep = {
  name: 'pending_events',
  kind: 'repair',
  emits: [eventCreated],
  run: async (ctx, request) =>
    announceAgain(ctx, await takeOverduePendingEvents(ctx.db, request), ({ id }) =>
      message(eventCreated, { eventIds: [id] }, { cause: causeOfEvent(id) }),
    ),
};
