import { z } from 'zod';
import { defineRoute, one, redirect } from '../route/route.js';
import { tokensSchema } from './auth.contract.js';

const longText = z.string().max(4096).optional();

export const signInRoutes = {
  begin: defineRoute({
    method: 'GET',
    path: '/auth/oidc/login',
    summary: 'Sign in at the OpenID provider',
    description:
      'For a browser. It comes back to redirect_uri with `code` and `state`, or with `error` and ' +
      '`error_description`; the code is then exchanged for tokens.',
    permission: 'public',
    query: z.object({
      redirect_uri: z
        .url({ protocol: /^https?$/ })
        .max(512)
        .describe('http://127.0.0.1:<port>/… of a program on the same machine, or one of auth.redirect_uris'),
      code_challenge: z
        .string()
        .regex(/^[\w-]{43}$/, 'must be base64url of SHA-256 of the code_verifier')
        .describe('RFC 7636, S256'),
      code_challenge_method: z.literal('S256').optional().describe('No other is known'),
      state: z.string().min(1).max(256).describe('Given back as it is'),
    }),
    response: redirect,
    errors: ['NOT_IMPLEMENTED', 'TOO_MANY_REQUESTS'],
  }),
  callback: defineRoute({
    method: 'GET',
    path: '/auth/callback',
    summary: 'Where the OpenID provider sends the browser back',
    permission: 'public',
    query: z.object({
      code: longText,
      state: longText,
      iss: longText,
      error: longText,
      error_description: longText,
      error_uri: longText,
      session_state: longText,
    }),
    response: redirect,
    errors: ['UNAUTHORIZED', 'NOT_IMPLEMENTED', 'TOO_MANY_REQUESTS'],
  }),
  exchange: defineRoute({
    method: 'POST',
    path: '/auth/oidc/exchange',
    summary: 'Exchange the code of a sign-in for tokens',
    description: 'A code is good for one try within 60 seconds.',
    permission: 'public',
    body: z.object({
      code: z.string().min(1).max(512),
      code_verifier: z.string().regex(/^[\w.~-]{43,128}$/, 'must be 43 to 128 of A-Z a-z 0-9 - . _ ~'),
    }),
    response: one(tokensSchema),
    errors: ['UNAUTHORIZED', 'FORBIDDEN', 'TOO_MANY_REQUESTS'],
  }),
  ldap: defineRoute({
    method: 'POST',
    path: '/auth/ldap/login',
    summary: 'Log in with a password of the directory',
    permission: 'public',
    body: z.object({ login: z.string().min(1).max(255), password: z.string().min(1).max(512) }),
    response: one(tokensSchema),
    errors: ['UNAUTHORIZED', 'FORBIDDEN', 'NOT_IMPLEMENTED', 'SERVICE_UNAVAILABLE', 'TOO_MANY_REQUESTS'],
  }),
};
