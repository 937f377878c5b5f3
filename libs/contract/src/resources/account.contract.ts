import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import { defineRoute, one } from '../route/route.js';
import { currentUserSchema, newPasswordSchema, tokensSchema } from './auth.contract.js';

/** What people do with their own account, and how they get in. */
export const accountRoutes = {
  settings: defineRoute({
    method: 'GET',
    path: '/auth/settings',
    summary: 'How one may log in here',
    permission: 'public',
    response: one(
      z
        .object({
          authentication_enabled: z.literal(true),
          local_password_enabled: z.boolean(),
          local_password_visible_by_default: z.boolean(),
          self_registration_enabled: z.boolean(),
        })
        .meta({ id: 'AuthSettings' }),
    ),
  }),
  register: defineRoute({
    method: 'POST',
    path: '/auth/register',
    summary: 'Create an account of your own, with no permissions',
    description: 'Only when security.allow_self_registration is on.',
    permission: 'public',
    body: z.object({
      login: z.string().min(3).max(255),
      password: newPasswordSchema,
      display_name: z.string().max(255).nullable().optional(),
    }),
    response: one(tokensSchema),
    errors: ['FORBIDDEN', 'CONFLICT', 'TOO_MANY_REQUESTS'],
  }),
  tokenLogin: defineRoute({
    method: 'POST',
    path: '/auth/token-login',
    summary: 'Log in with an API token',
    description: 'The session has no more than the scope of the token, and ends with it.',
    permission: 'public',
    body: z.object({ token: z.string().min(1).max(512) }),
    response: one(tokensSchema),
    errors: ['UNAUTHORIZED', 'TOO_MANY_REQUESTS'],
  }),
  updateMe: defineRoute({
    method: 'PUT',
    path: '/auth/me',
    summary: 'Change your own account',
    permission: 'authenticated',
    body: z.object({
      display_name: z.string().max(255).nullable().optional().describe('Null or blank clears it'),
    }),
    response: one(currentUserSchema),
    errors: ['FORBIDDEN'],
  }),
  changePassword: defineRoute({
    method: 'POST',
    path: '/auth/change-password',
    summary: 'Change your own password, and end all of your sessions',
    permission: 'authenticated',
    body: z.object({ current_password: z.string().min(1).max(512), new_password: newPasswordSchema }),
    response: one(successSchema),
    errors: ['FORBIDDEN', 'TOO_MANY_REQUESTS'],
  }),
};
