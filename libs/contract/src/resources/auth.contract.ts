import { z } from 'zod';
import { jsonObjectSchema } from '../route/fields.js';
import { bare, defineRoute, one } from '../route/route.js';

export const tokensSchema = z
  .object({
    access_token: z.string(),
    refresh_token: z.string().describe('Good for one use; the answer holds its successor'),
    token_type: z.literal('Bearer'),
    expires_in: z.int().describe('Seconds until access_token ends'),
    user: z.object({ id: z.int(), login: z.string(), display_name: z.string().nullable() }).optional(),
  })
  .meta({ id: 'Tokens' });

export const currentUserSchema = z
  .object({
    id: z.int(),
    login: z.string(),
    display_name: z.string().nullable(),
    auth_provider: z.string(),
    is_local: z.boolean(),
    effective_permissions: z.array(
      z.object({
        resource: z.string(),
        actions: z.array(z.string()),
        constraints: jsonObjectSchema.optional(),
      }),
    ),
    roles: z.array(z.string()),
    assigned_permission_set_refs: z.array(z.string()).describe('Own ones and those of its roles'),
    can_change_password: z.boolean(),
  })
  .meta({ id: 'CurrentUser' });

const loginSchema = z.string().min(1).max(255);
/** Wherever a password is set. */
export const newPasswordSchema = z.string().min(8).max(128);

export const authRoutes = {
  login: defineRoute({
    method: 'POST',
    path: '/auth/login',
    summary: 'Log in with a password',
    permission: 'public',
    body: z.object({ login: loginSchema, password: z.string().min(1).max(512) }),
    response: one(tokensSchema),
    errors: ['UNAUTHORIZED', 'TOO_MANY_REQUESTS'],
  }),
  refresh: defineRoute({
    method: 'POST',
    path: '/auth/refresh',
    summary: 'Exchange a refresh token for a new pair',
    description: 'Using a refresh token a second time ends its session.',
    permission: 'public',
    body: z.object({ refresh_token: z.string().min(1).max(2048) }),
    response: one(tokensSchema),
    errors: ['UNAUTHORIZED'],
  }),
  logout: defineRoute({
    method: 'POST',
    path: '/auth/logout',
    summary: 'End the session of this token',
    permission: 'authenticated',
    response: one(z.object({ success: z.literal(true), message: z.string() })),
  }),
  me: defineRoute({
    method: 'GET',
    path: '/auth/me',
    summary: 'Who the token stands for, and what it may do',
    permission: 'authenticated',
    response: one(currentUserSchema),
  }),
  setup: defineRoute({
    method: 'POST',
    path: '/auth/setup',
    summary: 'Create the first account with the one-time token from the server log',
    permission: 'public',
    body: z.object({
      setup_token: z.string().min(1).max(512),
      login: loginSchema,
      password: newPasswordSchema,
      display_name: z.string().max(255).nullable().optional(),
    }),
    response: one(tokensSchema),
    status: 201,
    errors: ['UNAUTHORIZED', 'CONFLICT', 'TOO_MANY_REQUESTS'],
  }),
  jwks: defineRoute({
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'Public keys that verify the tokens of this installation',
    permission: 'public',
    response: bare(z.object({ keys: z.array(jsonObjectSchema) })),
  }),
};
