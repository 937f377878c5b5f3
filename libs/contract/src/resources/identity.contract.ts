import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import {
  flagSchema,
  idParams,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
  searchFilter,
} from '../route/fields.js';
import { bare, defineRoute, list, one } from '../route/route.js';
import { newPasswordSchema } from './auth.contract.js';
import { permissionAssignmentSchema } from './permission-assignment.contract.js';

/** A role is a name; permission sets are mapped to it. */
export const roleNameSchema = z.string().trim().min(1).max(255);

export const identityRoleSchema = z
  .object({
    id: z.int(),
    identity_id: z.int(),
    role: z.string(),
    source: z.string().describe('`manual`, or the name of the identity provider that gives it'),
    managed: z.boolean().describe('Follows the identity provider: cannot be taken away here'),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'IdentityRole' });

const identityFields = z.object({
  id: z.int(),
  login: z.string(),
  display_name: z.string().nullable(),
  frozen: z.boolean(),
  attributes: jsonObjectSchema,
  created: instantSchema,
  updated: instantSchema,
});

export const identitySummarySchema = identityFields
  .extend({ roles: z.array(z.string()) })
  .meta({ id: 'IdentitySummary' });

export const identitySchema = identityFields
  .extend({
    roles: z.array(identityRoleSchema),
    direct_permissions: z.array(permissionAssignmentSchema),
  })
  .meta({ id: 'Identity' });

const displayName = z.string().trim().max(255).nullable().optional();

export const createIdentityBody = z.object({
  login: z.string().trim().min(3).max(255),
  display_name: displayName,
  password: newPasswordSchema.nullable().optional().describe('Left out: no login with a password'),
  attributes: jsonObjectSchema.default({}),
  frozen: z.boolean().default(false),
});

/** Absent keeps, null clears. The login cannot change. */
export const updateIdentityBody = z.object({
  display_name: displayName,
  password: newPasswordSchema
    .nullable()
    .optional()
    .describe(
      'Needs identities:credentials; ends all sessions and API tokens; null: no login with a password',
    ),
  attributes: jsonObjectSchema
    .optional()
    .describe('All of them; they are compared with those of constraints'),
  frozen: z.boolean().optional().describe('As freeze and unfreeze'),
});

const update = {
  path: '/api/v1/identities/{id}',
  summary: 'Change an identity',
  description:
    'What could give the caller the rights of the identity is refused when it may do more than the caller.',
  permission: 'identities:update',
  params: idParams,
  body: updateIdentityBody,
  response: one(identitySchema),
  errors: ['CONFLICT'],
} as const;

export const identityRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/identities',
    summary: 'List identities',
    permission: 'identities:read',
    query: pageQuery.extend({
      login: refFilter.optional(),
      frozen: flagSchema.optional(),
      role: roleNameSchema.optional(),
      search: searchFilter.optional(),
    }),
    response: list(identitySummarySchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/identities/{id}',
    summary: 'Show an identity with its roles and permission sets',
    permission: 'identities:read',
    params: idParams,
    response: one(identitySchema),
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/identities',
    summary: 'Create an identity, which may do nothing yet',
    permission: 'identities:create',
    body: createIdentityBody,
    response: one(identitySchema),
    status: 201,
    errors: ['CONFLICT'],
  }),
  update: defineRoute({ method: 'PATCH', ...update }),
  put: defineRoute({ method: 'PUT', ...update }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/api/v1/identities/{id}',
    summary: 'Delete an identity with its roles, sessions and tokens',
    description: 'Not oneself, nor the last administrator, nor one that owns keys. Its rules run no more.',
    permission: 'identities:delete',
    params: idParams,
    response: bare(successSchema),
    errors: ['CONFLICT'],
  }),
  freeze: defineRoute({
    method: 'POST',
    path: '/api/v1/identities/{id}/freeze',
    summary: 'Freeze an identity: it can do nothing, its sessions and API tokens end, its rules run no more',
    description: 'Not oneself, nor the last administrator.',
    permission: 'identities:update',
    params: idParams,
    response: one(identitySchema),
    errors: ['CONFLICT'],
  }),
  unfreeze: defineRoute({
    method: 'POST',
    path: '/api/v1/identities/{id}/unfreeze',
    summary: 'Let a frozen identity do again what it may',
    permission: 'identities:update',
    params: idParams,
    response: one(identitySchema),
    errors: ['CONFLICT'],
  }),
  addRole: defineRoute({
    method: 'POST',
    path: '/api/v1/identities/{id}/roles',
    summary: 'Give an identity a role',
    description: 'It grants every permission set that is mapped to the role: the caller must hold them.',
    permission: 'permissions:manage',
    params: idParams,
    body: z.object({ role: roleNameSchema }),
    response: one(identityRoleSchema),
    status: 201,
    errors: ['CONFLICT'],
  }),
  removeRole: defineRoute({
    method: 'DELETE',
    path: '/api/v1/identities/roles/{id}',
    summary: 'Take a role away',
    description: 'Not one that an identity provider gives, nor the one that makes the last administrator.',
    permission: 'permissions:manage',
    params: idParams,
    response: bare(successSchema),
    errors: ['CONFLICT'],
  }),
  permissions: defineRoute({
    method: 'GET',
    path: '/api/v1/identities/{id}/permissions',
    summary: 'List the permission sets that are assigned to an identity',
    permission: 'permissions:read',
    params: idParams,
    query: pageQuery,
    response: list(permissionAssignmentSchema),
  }),
};
