import { componentRefSchema } from '@attune/domain';
import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import { idParams, instantSchema, pageQuery } from '../route/fields.js';
import { bare, defineRoute, list, one } from '../route/route.js';

export const permissionAssignmentSchema = z
  .object({
    id: z.int(),
    identity_id: z.int(),
    identity_login: z.string(),
    permission_set_id: z.int(),
    permission_set_ref: z.string(),
    created: instantSchema,
  })
  .meta({ id: 'PermissionAssignment' });

export const createPermissionAssignmentBody = z
  .object({
    permission_set_ref: componentRefSchema,
    identity_id: z.int().positive().optional(),
    identity_login: z.string().min(1).max(255).optional(),
  })
  .refine(({ identity_id: id, identity_login: login }) => (id === undefined) !== (login === undefined), {
    path: ['identity_id'],
    message: 'exactly one of identity_id and identity_login says to whom',
  });

export const permissionAssignmentRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/permissions/assignments',
    summary: 'List which permission sets are assigned to whom',
    permission: 'permissions:read',
    query: pageQuery.extend({
      identity_id: z.coerce.number().int().positive().optional(),
      permission_set_ref: componentRefSchema.optional(),
    }),
    response: list(permissionAssignmentSchema),
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/permissions/assignments',
    summary: 'Assign a permission set to an identity',
    description: 'The caller must hold every grant of it.',
    permission: 'permissions:manage',
    body: createPermissionAssignmentBody,
    response: one(permissionAssignmentSchema),
    status: 201,
    errors: ['CONFLICT', 'UNPROCESSABLE_ENTITY'],
  }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/api/v1/permissions/assignments/{id}',
    summary: 'Take a permission set away from an identity',
    description: 'Not from the last administrator, if it makes them that.',
    permission: 'permissions:manage',
    params: idParams,
    response: bare(successSchema),
    errors: ['CONFLICT'],
  }),
};
