import { z } from 'zod';
import { defineMessage, message } from '../define-message.js';
import type { BodyOf, Outgoing } from '../define-message.js';
import { causeOfEvent } from '../envelope.js';
import { rowId } from './body-fields.js';

/** A consumer that takes a hundred messages at once holds as many times this number of events. */
const eventsPerMessage = 25;

/** The rows are the truth, this only says that they are there. May arrive more than once, or late, by a sweep. */
export const eventCreated = defineMessage({
  type: 'event.created',
  version: 2,
  exchange: 'events',
  description: 'Events were recorded and wait for their rules to be evaluated.',
  schema: z.object({
    eventIds: z
      .array(rowId('event'))
      .min(1)
      .max(eventsPerMessage)
      .describe('ids of the event rows, of which each is the root of what follows from it'),
  }),
});

export type EventCreated = BodyOf<typeof eventCreated>;

/** As few messages as say that these events are there. Each goes by the first of its events. */
export function eventMessages(eventIds: readonly number[]): Outgoing[] {
  const messages = Math.ceil(eventIds.length / eventsPerMessage);
  return Array.from({ length: messages }, (_, index) => {
    const first = index * eventsPerMessage;
    const own = eventIds.slice(first, first + eventsPerMessage);
    return message(eventCreated, { eventIds: own }, { cause: causeOfEvent(own[0]!) });
  });
}
