import { keyRefSchema, ownerTypes } from '@attune/domain';
import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import { flagSchema, instantSchema, pageQuery, refFilter, searchFilter } from '../route/fields.js';
import { bare, defineRoute, list, one } from '../route/route.js';

const ownerRef = z.string().max(255);

export const keySchema = z
  .object({
    id: z.int(),
    ref: z.string(),
    owner_type: z.enum(ownerTypes),
    owner: z.string().describe("Ref of the owner, login of an identity; '' is the system"),
    owner_identity: z.int().nullable(),
    owner_pack: z.int().nullable(),
    owner_pack_ref: z.string().nullable(),
    owner_action: z.int().nullable(),
    owner_action_ref: z.string().nullable(),
    owner_sensor: z.int().nullable(),
    owner_sensor_ref: z.string().nullable(),
    name: z.string(),
    description: z.string().nullable(),
    encrypted: z.boolean(),
    value: z.unknown().describe('null in answers to changes, and for an encrypted key without keys:decrypt'),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'Key' });

export const keySummarySchema = keySchema.omit({ value: true }).meta({ id: 'KeySummary' });

const texts = {
  name: z.string().min(1).max(255),
  description: z.string().max(10_000).nullable(),
};

/** The owner is named once: by its ref or by its id. */
export const createKeyBody = z.object({
  ref: keyRefSchema,
  owner_type: z.enum(ownerTypes),
  owner: ownerRef.optional().describe('Ref of the owner, login of an identity'),
  owner_identity: z.int().positive().optional(),
  owner_pack: z.int().positive().optional(),
  owner_pack_ref: ownerRef.optional(),
  owner_action: z.int().positive().optional(),
  owner_action_ref: ownerRef.optional(),
  owner_sensor: z.int().positive().optional(),
  owner_sensor_ref: ownerRef.optional(),
  name: texts.name,
  description: texts.description.optional(),
  encrypted: z.boolean().default(true).describe('Its value is stored sealed'),
  value: z.unknown().describe('Any JSON value'),
});

/** Absent keeps. Ref and owner cannot change. */
export const updateKeyBody = z.object({
  name: texts.name.optional(),
  description: texts.description.optional(),
  encrypted: z
    .boolean()
    .optional()
    .describe('The stored value is converted; to store it in clear needs keys:decrypt'),
  value: z.unknown().optional(),
});

const keyParams = z.object({ ref: z.string().min(1).max(255).describe('Ref or numeric id') });

const change = {
  permission: 'keys:update',
  params: keyParams,
  body: updateKeyBody,
  response: one(keySchema),
} as const;

export const keyRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/keys',
    summary: 'List keys, without values',
    permission: 'keys:read',
    query: pageQuery.extend({
      ref: refFilter.optional(),
      owner_type: z.enum(ownerTypes).optional(),
      owner: ownerRef.optional(),
      name: texts.name.optional(),
      encrypted: flagSchema.optional(),
      search: searchFilter.optional(),
    }),
    response: list(keySummarySchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/keys/{ref}',
    summary: 'Show a key',
    description: 'The value of an encrypted key is shown to who holds keys:decrypt. Reading is audited.',
    permission: 'keys:read',
    params: keyParams,
    response: one(keySchema),
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/keys',
    summary: 'Store a key',
    description: 'The value is never answered.',
    permission: 'keys:create',
    body: createKeyBody,
    response: one(keySchema),
    status: 201,
    errors: ['CONFLICT', 'UNPROCESSABLE_ENTITY'],
  }),
  update: defineRoute({ method: 'PUT', path: '/api/v1/keys/{ref}', summary: 'Change a key', ...change }),
  patch: defineRoute({ method: 'PATCH', path: '/api/v1/keys/{ref}', summary: 'Change a key', ...change }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/api/v1/keys/{ref}',
    summary: 'Delete a key',
    permission: 'keys:delete',
    params: keyParams,
    response: bare(successSchema),
  }),
};
