import { z } from 'zod';
import { defineMessage } from '../define-message.js';
import type { BodyOf } from '../define-message.js';
import { rowId } from './body-fields.js';

/** The row is the truth, this only says that it is there. May arrive more than once, or late, by a sweep. */
export const eventCreated = defineMessage({
  type: 'event.created',
  version: 1,
  exchange: 'events',
  description: 'An event was recorded and waits for its rules to be evaluated.',
  schema: z.object({ eventId: rowId('event') }),
});

export type EventCreated = BodyOf<typeof eventCreated>;
