import { inquiryStatuses } from '@attune/domain';
import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import { flagSchema, idParams, instantSchema, jsonObjectSchema, pageQuery } from '../route/fields.js';
import { bare, defineRoute, list, one } from '../route/route.js';

export const inquiryStatusSchema = z.enum(inquiryStatuses);

export const inquirySchema = z
  .object({
    id: z.int(),
    execution: z.int(),
    prompt: z.string(),
    response_schema: jsonObjectSchema.nullable(),
    assigned_to: z.int().nullable().describe('Identity that may answer'),
    assigned_role: z.string().nullable().describe('Who has this role may answer'),
    status: inquiryStatusSchema,
    response: z.unknown(),
    default_response: z.unknown().describe('Taken as the answer when the time is over'),
    timeout_at: instantSchema.nullable(),
    responded_at: instantSchema.nullable(),
    responded_by: z.int().nullable(),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'Inquiry' });

const positive = z.int().positive();
const role = z.string().min(1).max(255);

const asked = {
  prompt: z.string().min(1).max(10_000),
  assigned_to: positive.nullable().optional().describe('Identity'),
  assigned_role: role.nullable().optional(),
  timeout_at: instantSchema.nullable().optional(),
};

const change = {
  description: 'Only while it is pending. It is answered by respond, and by nothing else.',
  permission: 'inquiries:update',
  params: idParams,
  body: z.object({ ...asked, prompt: asked.prompt.optional() }),
  response: one(inquirySchema),
  errors: ['CONFLICT', 'UNPROCESSABLE_ENTITY'],
} as const;

export const inquiryRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/inquiries',
    summary: 'List inquiries, newest first',
    permission: 'inquiries:read',
    query: pageQuery.extend({
      status: inquiryStatusSchema.optional(),
      execution: z.coerce.number().int().positive().optional(),
      assigned_to: z.coerce.number().int().positive().optional(),
      assigned_role: role.optional(),
      mine: flagSchema.optional().describe('Assigned to you or to a role of yours'),
    }),
    response: list(inquirySchema),
  }),
  listByStatus: defineRoute({
    method: 'GET',
    path: '/api/v1/inquiries/status/{status}',
    summary: 'List inquiries in one state, newest first',
    permission: 'inquiries:read',
    params: z.object({ status: inquiryStatusSchema }),
    query: pageQuery,
    response: list(inquirySchema),
  }),
  ofExecution: defineRoute({
    method: 'GET',
    path: '/api/v1/executions/{id}/inquiries',
    summary: 'List the inquiries of an execution',
    permission: 'executions:read',
    params: idParams,
    query: pageQuery,
    response: list(inquirySchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/inquiries/{id}',
    summary: 'Show an inquiry',
    permission: 'inquiries:read',
    params: idParams,
    response: one(inquirySchema),
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/inquiries',
    summary: 'Ask a question for an execution',
    permission: 'inquiries:create',
    body: z.object({
      execution: positive,
      ...asked,
      response_schema: jsonObjectSchema.nullable().optional(),
      default_response: z.unknown().optional(),
    }),
    response: one(inquirySchema),
    status: 201,
    errors: ['CONFLICT', 'UNPROCESSABLE_ENTITY'],
  }),
  update: defineRoute({
    method: 'PUT',
    path: '/api/v1/inquiries/{id}',
    summary: 'Ask otherwise, somebody else, or until another time',
    ...change,
  }),
  patch: defineRoute({
    method: 'PATCH',
    path: '/api/v1/inquiries/{id}',
    summary: 'Ask otherwise, somebody else, or until another time',
    ...change,
  }),
  respond: defineRoute({
    method: 'POST',
    path: '/api/v1/inquiries/{id}/respond',
    summary: 'Answer an inquiry',
    description:
      'Once, while it is pending, by the identity or the role it is assigned to, with what its response_schema ' +
      'allows. An execution answers none of its own or of those above it, and none that is assigned.',
    permission: 'inquiries:respond',
    params: idParams,
    body: z.object({ response: z.unknown() }),
    response: one(inquirySchema),
    errors: ['CONFLICT'],
  }),
  cancel: defineRoute({
    method: 'POST',
    path: '/api/v1/inquiries/{id}/cancel',
    summary: 'Withdraw a pending inquiry',
    permission: 'inquiries:update',
    params: idParams,
    response: one(inquirySchema),
    errors: ['CONFLICT'],
  }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/api/v1/inquiries/{id}',
    summary: 'Delete an inquiry that is over',
    permission: 'inquiries:delete',
    params: idParams,
    response: bare(successSchema),
    errors: ['CONFLICT'],
  }),
};
