import { z } from 'zod';
import { instantSchema } from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';

export const signingKeySchema = z
  .object({
    kid: z.string(),
    algorithm: z.string(),
    created: instantSchema,
    retired_at: instantSchema.nullable().describe('Signs no more since'),
    expires_at: instantSchema.nullable().describe('Verifies until'),
  })
  .meta({ id: 'SigningKey' });

/** The keys that tokens are signed with. */
export const signingKeyRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/signing-keys',
    summary: 'List the signing keys that still verify, newest first',
    permission: 'system:manage',
    response: list(signingKeySchema),
  }),
  rotate: defineRoute({
    method: 'POST',
    path: '/api/v1/signing-keys/rotate',
    summary: 'Sign with a new key from now on; the present one verifies until its last token has ended',
    permission: 'system:manage',
    response: one(signingKeySchema),
    status: 201,
  }),
};
