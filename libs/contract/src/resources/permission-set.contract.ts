import { componentRefSchema, grantSchema, packRefSchema } from '@attune/domain';
import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import { idParams, instantSchema, pageQuery, refFilter, refParams, searchFilter } from '../route/fields.js';
import { bare, defineRoute, list, one } from '../route/route.js';
import { roleNameSchema } from './identity.contract.js';

export const permissionSetRoleSchema = z
  .object({
    id: z.int(),
    permission_set_id: z.int(),
    permission_set_ref: z.string(),
    role: z.string(),
    created: instantSchema,
  })
  .meta({ id: 'PermissionSetRole' });

export const permissionSetSchema = z
  .object({
    id: z.int(),
    ref: z.string(),
    pack_ref: z.string(),
    label: z.string().nullable(),
    description: z.string().nullable(),
    grants: z.array(grantSchema),
    is_adhoc: z.boolean().describe('Made here and not by the files of a pack: only such sets can be changed'),
    roles: z.array(permissionSetRoleSchema),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'PermissionSet' });

const label = z.string().min(1).max(255).nullable().optional();
const description = z.string().max(10_000).nullable().optional();
const grants = z.array(grantSchema).max(1000);

export const createPermissionSetBody = z.object({
  ref: componentRefSchema,
  pack_ref: packRefSchema.optional().describe('Must equal the first segment of ref'),
  label,
  description,
  grants,
});

/** Absent keeps, null clears. The ref cannot change. */
export const updatePermissionSetBody = z.object({
  label,
  description,
  grants: grants.optional().describe('All of them'),
});

const update = {
  path: '/api/v1/permissions/sets/{ref}',
  summary: 'Change a permission set',
  description: 'The caller must hold the grants that are added. Sets of packs follow the files of the pack.',
  permission: 'permissions:manage',
  params: refParams,
  body: updatePermissionSetBody,
  response: one(permissionSetSchema),
  versioned: true,
  errors: ['CONFLICT'],
} as const;

export const permissionSetRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/permissions/sets',
    summary: 'List permission sets',
    permission: 'permissions:read',
    query: pageQuery.extend({
      pack_ref: refFilter.optional(),
      ref: refFilter.optional(),
      role: roleNameSchema.optional(),
      search: searchFilter.optional(),
    }),
    response: list(permissionSetSchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/permissions/sets/{ref}',
    summary: 'Show a permission set',
    permission: 'permissions:read',
    params: refParams,
    response: one(permissionSetSchema),
    versioned: true,
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/permissions/sets',
    summary: 'Create a permission set',
    description: 'The caller must hold every grant of it.',
    permission: 'permissions:manage',
    body: createPermissionSetBody,
    response: one(permissionSetSchema),
    versioned: true,
    status: 201,
    errors: ['CONFLICT'],
  }),
  update: defineRoute({ method: 'PATCH', ...update }),
  put: defineRoute({ method: 'PUT', ...update }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/api/v1/permissions/sets/{ref}',
    summary: 'Delete a permission set and take it away from whoever has it',
    description: 'Not one of a pack, nor the one that makes the last administrator.',
    permission: 'permissions:manage',
    params: refParams,
    response: bare(successSchema),
    errors: ['CONFLICT'],
  }),
  addRole: defineRoute({
    method: 'POST',
    path: '/api/v1/permissions/sets/{ref}/roles',
    summary: 'Map a permission set to a role: everybody with the role holds it',
    description: 'The caller must hold every grant of it.',
    permission: 'permissions:manage',
    params: refParams,
    body: z.object({ role: roleNameSchema }),
    response: one(permissionSetRoleSchema),
    status: 201,
    errors: ['CONFLICT'],
  }),
  removeRole: defineRoute({
    method: 'DELETE',
    path: '/api/v1/permissions/sets/roles/{id}',
    summary: 'Take a permission set from a role',
    description: 'Not the one that makes the last administrator.',
    permission: 'permissions:manage',
    params: idParams,
    response: bare(successSchema),
    errors: ['CONFLICT'],
  }),
};
