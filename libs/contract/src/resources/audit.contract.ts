import { auditCategories, auditOutcomes } from '@attune/domain';
import { z } from 'zod';
import {
  createdFilter,
  idParams,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
} from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';

export const auditEventSchema = z
  .object({
    id: z.int(),
    created: instantSchema,
    category: z.enum(auditCategories),
    event_type: z.string(),
    outcome: z.enum(auditOutcomes),
    actor_identity: z.int().nullable(),
    actor_login: z.string().nullable(),
    actor_token_type: z.string().nullable(),
    actor_ip: z.string().nullable(),
    actor_user_agent: z.string().nullable(),
    request_id: z.string().nullable(),
    resource_type: z.string().nullable(),
    resource_id: z.int().nullable(),
    resource_ref: z.string().nullable(),
    http_method: z.string().nullable(),
    http_path: z.string().nullable(),
    http_status: z.int().nullable(),
    duration_ms: z.int().nullable(),
    details: jsonObjectSchema.nullable(),
  })
  .meta({ id: 'AuditEvent' });

const positive = z.coerce.number().int().positive();
const text = z.string().min(1).max(255);

export const auditRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/audit-events',
    summary: 'List what was done by whom, newest first',
    description: 'Reading it is in the trail as well.',
    permission: 'audit_log:read',
    query: pageQuery.extend({
      category: z.enum(auditCategories).optional(),
      event_type: refFilter.optional(),
      outcome: z.enum(auditOutcomes).optional(),
      actor_identity: positive.optional(),
      actor_login: refFilter.optional(),
      resource_type: text.optional(),
      resource_id: positive.optional(),
      resource_ref: refFilter.optional(),
      request_id: text.optional(),
      http_method: text.optional(),
      http_path: refFilter.optional(),
      http_status: positive.optional(),
      ...createdFilter,
    }),
    response: list(auditEventSchema),
  }),
  byRequest: defineRoute({
    method: 'GET',
    path: '/api/v1/audit-events/by-request/{request_id}',
    summary: 'List what one request has done',
    permission: 'audit_log:read',
    params: z.object({ request_id: text }),
    query: pageQuery,
    response: list(auditEventSchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/audit-events/{id}',
    summary: 'Show an audit event',
    permission: 'audit_log:read',
    params: idParams,
    response: one(auditEventSchema),
  }),
};
