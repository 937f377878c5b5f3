import { z } from 'zod';
import { defineMessage } from '../define-message.js';
import type { BodyOf } from '../define-message.js';
import { changeKinds, rowId } from './body-fields.js';

/**
 * Reaches every executor, sensor, worker and notifier. A hint to look at once: caches are keyed by the definition
 * epoch in the database, so losing one costs time, never correctness.
 */
export const definitionChanged = defineMessage({
  type: 'definition.changed',
  version: 1,
  exchange: 'control',
  description: 'A pack, trigger, sensor, action, rule, policy or another definition was changed.',
  schema: z.object({
    entityType: z.string().min(1).describe('kind of definition, e.g. rule'),
    id: rowId('definition'),
    ref: z.string().min(1).describe('ref of the definition, e.g. core.timer_hello'),
    version: z.int().nonnegative().describe('number of the definition version after the change'),
    change: z.enum(changeKinds).describe('what happened'),
  }),
});

export type DefinitionChanged = BodyOf<typeof definitionChanged>;
