import { grantSchema } from '@attune/domain';
import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import { flagSchema, idParams, instantSchema, pageQuery } from '../route/fields.js';
import { bare, defineRoute, list, one } from '../route/route.js';

export const apiTokenSchema = z
  .object({
    id: z.int(),
    identity_id: z.int(),
    label: z.string(),
    description: z.string().nullable(),
    token_prefix: z.string().describe('How the token begins, to know it by'),
    token_suffix: z.string().describe('How it ends'),
    scope: z.array(grantSchema).nullable().describe('What it is limited to; null: all that the identity may'),
    created_by: z.int().nullable(),
    expires_at: instantSchema.nullable(),
    last_used_at: instantSchema.nullable().describe('To the minute'),
    last_used_ip: z.string().nullable(),
    revoked_at: instantSchema.nullable(),
    revoked_by: z.int().nullable(),
    revocation_reason: z.string().nullable(),
    active: z.boolean().describe('Neither revoked nor expired'),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'ApiToken' });

export const createTokenBody = z
  .object({
    label: z.string().min(1).max(255),
    description: z.string().max(2000).nullable().optional(),
    expires_at: instantSchema.nullable().optional().describe('In the future; null: when it is revoked'),
    scope: z
      .array(grantSchema)
      .min(1)
      .max(200)
      .nullable()
      .optional()
      .describe('Within what the caller holds; left out: all the caller may give'),
  })
  .meta({
    id: 'NewApiToken',
    examples: [
      {
        label: 'CI',
        expires_at: '2030-01-01T00:00:00Z',
        scope: [{ resource: 'events', actions: ['create'] }],
      },
    ],
  });

const createdSchema = z
  .object({
    token: z.string().describe('The token itself: shown this once'),
    integration_token: apiTokenSchema,
  })
  .meta({ id: 'CreatedApiToken' });

const revocation = z.object({ reason: z.string().max(2000).nullable().optional() });
const tokenId = { token_id: z.coerce.number().int().positive() };
const tokenParams = z.object(tokenId);
const ofIdentity = idParams.extend(tokenId);
const query = pageQuery.extend({ active: flagSchema.optional() });

/** API tokens: of any identity, and the caller's own. */
export const tokenRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/identities/{id}/integration-tokens',
    summary: 'List the API tokens of an identity, newest first',
    permission: 'tokens:read',
    params: idParams,
    query,
    response: list(apiTokenSchema),
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/identities/{id}/integration-tokens',
    summary: 'Create an API token for an identity',
    description:
      'It may never do more than its creator; for another identity only what the creator holds now.',
    permission: 'tokens:create',
    params: idParams,
    body: createTokenBody,
    response: one(createdSchema),
    status: 201,
  }),
  revoke: defineRoute({
    method: 'POST',
    path: '/api/v1/identities/{id}/integration-tokens/{token_id}/revoke',
    summary: 'Revoke an API token, and end the sessions opened with it',
    permission: 'tokens:delete',
    params: ofIdentity,
    body: revocation,
    response: one(apiTokenSchema),
  }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/api/v1/identities/{id}/integration-tokens/{token_id}',
    summary: 'Delete an API token, and the trace of its use with it',
    permission: 'tokens:delete',
    params: ofIdentity,
    response: bare(successSchema),
  }),
  listOwn: defineRoute({
    method: 'GET',
    path: '/auth/tokens',
    summary: 'List your own API tokens, newest first',
    permission: 'tokens:read',
    query,
    response: list(apiTokenSchema),
  }),
  createOwn: defineRoute({
    method: 'POST',
    path: '/auth/tokens',
    summary: 'Create an API token of your own',
    permission: 'tokens:create',
    body: createTokenBody,
    response: one(createdSchema),
    status: 201,
  }),
  revokeOwn: defineRoute({
    method: 'POST',
    path: '/auth/tokens/{token_id}/revoke',
    summary: 'Revoke an API token of your own',
    permission: 'tokens:delete',
    params: tokenParams,
    body: revocation,
    response: one(apiTokenSchema),
  }),
  deleteOwn: defineRoute({
    method: 'DELETE',
    path: '/auth/tokens/{token_id}',
    summary: 'Delete an API token of your own',
    permission: 'tokens:delete',
    params: tokenParams,
    response: bare(successSchema),
  }),
};
