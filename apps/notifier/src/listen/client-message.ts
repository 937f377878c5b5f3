import type { ChangeFilter } from '@attune/changes';
import { readableEntities } from '@attune/domain';
import { z } from 'zod';

const entityType = z.enum(readableEntities);
const subscriptionId = z
  .string()
  .min(1)
  .max(100)
  .describe('chosen by the client; comes back with each change');

const filter = z.strictObject({
  entity_type: z
    .union([entityType, z.array(entityType).min(1).max(readableEntities.length)])
    .optional()
    .describe('kind of row, or several'),
  entity_id: z.int().positive().optional().describe('one row'),
  root: z.int().positive().optional().describe('an execution and everything below it'),
  ref: z
    .string()
    .max(1_024)
    .regex(/^[^*]+\*?$/, 'may have a * at its end only')
    .optional()
    .describe('ref of the row, or of the definition it came from; a trailing * stands for the rest'),
  mine: z.literal(true).optional().describe('what belongs to the caller or waits for it'),
});

const auth = z.strictObject({
  type: z.literal('auth'),
  token: z
    .string()
    .min(1)
    .max(4_096)
    .describe('access token; sent again before it expires, it prolongs the stream'),
});

const subscribe = z.strictObject({
  type: z.literal('subscribe'),
  id: subscriptionId,
  filter: filter.default({}),
  after: z
    .string()
    .max(100)
    .optional()
    .describe('the last position seen on an earlier stream, to get what was missed'),
});

const unsubscribe = z.strictObject({ type: z.literal('unsubscribe'), id: subscriptionId });

const ping = z.strictObject({ type: z.literal('ping') });

/** What a client may send, one JSON object per text frame. */
export const clientMessage = z.discriminatedUnion('type', [auth, subscribe, unsubscribe, ping]);

export type ClientMessage = z.output<typeof clientMessage>;
export type SubscribeMessage = z.output<typeof subscribe>;

/** `mine` means the identity of whoever asks. */
export function filterOf(asked: SubscribeMessage['filter'], identityId: number): ChangeFilter {
  const { entity_type: types, entity_id: entityId, root, ref, mine } = asked;
  return {
    ...(types === undefined ? {} : { entityTypes: typeof types === 'string' ? [types] : types }),
    ...(entityId === undefined ? {} : { entityId }),
    ...(root === undefined ? {} : { root }),
    ...(ref === undefined ? {} : { ref }),
    ...(mine === undefined ? {} : { identityId }),
  };
}
