import { z } from 'zod';
import { instantSchema } from '../route/fields.js';
import { defineRoute, one } from '../route/route.js';

const age = z.int().min(1).max(2_147_483_647).nullable().describe('null keeps for ever');

export const retentionSchema = z
  .object({
    targets: z.record(
      z.string(),
      z.object({
        max_age_seconds: age,
        passed_at: instantSchema.nullable().describe('When a pass last came to its end'),
        deleted: z.int().describe('Rows removed so far'),
        updated: instantSchema,
      }),
    ),
  })
  .meta({ id: 'RetentionConfig' });

const change = {
  description: 'Targets that are not named stay as they are. In force from the next batch on.',
  permission: 'retention:update',
  body: z.object({ targets: z.record(z.string(), z.object({ max_age_seconds: age })) }),
  response: one(retentionSchema),
} as const;

export const retentionRoutes = {
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/retention-config',
    summary: 'How long what has happened is kept',
    permission: 'retention:read',
    response: one(retentionSchema),
  }),
  update: defineRoute({
    method: 'PUT',
    path: '/api/v1/retention-config',
    summary: 'Change how long what has happened is kept',
    ...change,
  }),
  patch: defineRoute({
    method: 'PATCH',
    path: '/api/v1/retention-config',
    summary: 'Change how long what has happened is kept',
    ...change,
  }),
};
