import { z } from 'zod';

/** What every token signed by the API says of itself, besides its issuer. */
export const signed = { algorithm: 'EdDSA', audience: 'attune', type: 'JWT' } as const;

/**
 * What a token stands on, and ends with: a login (`sid`), or an API token (`tok`). Also those of sensors, workers and
 * executions: whoever had them signed was logged in somehow.
 */
export interface Basis {
  readonly sid?: string | undefined;
  readonly tok?: number | undefined;
}

const id = z.int().positive();
const registered = {
  sub: z.string().regex(/^[1-9]\d{0,15}$/),
  jti: z.string().min(1),
  iat: z.int(),
  exp: z.int(),
  sid: z.uuid().optional(),
  tok: id.optional(),
};

/** One kind of token after another, and no other: a token that says nothing of its kind is none. */
export const tokenClaimsSchema = z
  .discriminatedUnion('kind', [
    z.object({ ...registered, kind: z.literal('access'), sid: z.uuid() }),
    z.object({
      ...registered,
      kind: z.literal('sensor'),
      sensor: z.string().min(1),
      /** Refs of the triggers it may make events of. */
      triggers: z.array(z.string().min(1)).min(1),
    }),
    z.object({ ...registered, kind: z.literal('worker'), worker: id, incarnation: id }),
    z.object({
      ...registered,
      kind: z.literal('execution'),
      execution: id,
      attempt: id,
      worker: id,
      incarnation: id,
    }),
  ])
  .refine(({ sid, tok }) => sid !== undefined || tok !== undefined);

export type TokenClaims = z.output<typeof tokenClaimsSchema>;
export type ClaimsOf<Kind extends TokenClaims['kind']> = Extract<TokenClaims, { kind: Kind }>;
