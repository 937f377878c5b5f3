import { findingKinds, findingSeverities } from '@attune/domain';
import { z } from 'zod';
import { instantSchema } from '../route/fields.js';
import { defineRoute, one } from '../route/route.js';

export const findingSchema = z
  .object({
    kind: z.enum(findingKinds),
    severity: z.enum(findingSeverities).describe('info: it waits as it should'),
    message: z.string().describe('One sentence for people'),
    subject: z
      .object({ type: z.string(), id: z.int().nullable(), ref: z.string().nullable() })
      .describe('The first of those it is about'),
    count: z.int(),
    more: z.boolean().describe('There are more than were counted'),
    waits_for: z.string(),
    actor: z.string().describe('Who acts next'),
    since: instantSchema.nullable(),
    until: instantSchema.nullable().describe('When it goes on, or is taken from who holds it, at the latest'),
    next: z.string().describe('What happens then'),
    command: z.string().nullable().describe('Repairs it, or shows more'),
  })
  .meta({ id: 'Finding' });

export const diagnosisSchema = z
  .object({
    at: instantSchema,
    healthy: z.boolean().describe('Whether nobody has to do anything: no finding is more than info'),
    findings: z.array(findingSchema).describe('The most urgent first'),
    warnings: z.array(z.string()).describe('What could not be looked at'),
  })
  .meta({ id: 'Diagnosis' });

export const doctorRoutes = {
  diagnose: defineRoute({
    method: 'GET',
    path: '/api/v1/doctor',
    summary: 'Everything that does not move, and why',
    description:
      'What waits is grouped by what it waits for; of each kind the first hundred groups are told, and rows are ' +
      'counted up to ten thousand.',
    permission: 'system:read',
    response: one(diagnosisSchema),
  }),
};
