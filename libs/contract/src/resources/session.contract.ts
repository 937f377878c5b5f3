import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import { flagSchema, idParams, instantSchema, pageQuery } from '../route/fields.js';
import { bare, defineRoute, list } from '../route/route.js';

export const sessionSchema = z
  .object({
    id: z.string(),
    identity_id: z.int(),
    current: z.boolean().describe('The one of this request'),
    api_token: z.int().nullable().describe('The API token it was opened with'),
    user_agent: z.string().nullable(),
    ip: z.string().nullable(),
    created: instantSchema,
    last_used_at: instantSchema.nullable().describe('When its refresh token was last used'),
    expires_at: instantSchema.describe('Unless it is refreshed before'),
    ended_at: instantSchema.nullable(),
    end_reason: z.string().nullable(),
    active: z.boolean(),
  })
  .meta({ id: 'Session' });

const sessionId = { session_id: z.uuid() };
const query = pageQuery.extend({ active: flagSchema.optional() });

/** Logins: the caller's own, and those of any identity. */
export const sessionRoutes = {
  listOwn: defineRoute({
    method: 'GET',
    path: '/auth/sessions',
    summary: 'List your own sessions, newest first',
    permission: 'authenticated',
    query,
    response: list(sessionSchema),
  }),
  endOwn: defineRoute({
    method: 'DELETE',
    path: '/auth/sessions/{session_id}',
    summary: 'End one of your own sessions',
    permission: 'authenticated',
    params: z.object(sessionId),
    response: bare(successSchema),
    errors: ['NOT_FOUND', 'FORBIDDEN'],
  }),
  endAllOwn: defineRoute({
    method: 'DELETE',
    path: '/auth/sessions',
    summary: 'End all of your own sessions, this one too',
    permission: 'authenticated',
    response: bare(successSchema),
    errors: ['FORBIDDEN'],
  }),
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/identities/{id}/sessions',
    summary: 'List the sessions of an identity, newest first',
    permission: 'tokens:read',
    params: idParams,
    query,
    response: list(sessionSchema),
  }),
  end: defineRoute({
    method: 'DELETE',
    path: '/api/v1/identities/{id}/sessions/{session_id}',
    summary: 'End a session of an identity',
    permission: 'tokens:delete',
    params: idParams.extend(sessionId),
    response: bare(successSchema),
  }),
  endAll: defineRoute({
    method: 'DELETE',
    path: '/api/v1/identities/{id}/sessions',
    summary: 'End all sessions of an identity',
    permission: 'tokens:delete',
    params: idParams,
    response: bare(successSchema),
  }),
};
