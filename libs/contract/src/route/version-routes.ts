import { z } from 'zod';
import { permissionOf } from './definition-routes.js';
import type { DefinitionSpec } from './definition-routes.js';
import { instantSchema, jsonObjectSchema, pageQuery, refParams } from './fields.js';
import { defineRoute, list, one } from './route.js';

const versionNumber = z.coerce.number().int().positive().max(2_147_483_647);

export const definitionVersionSummarySchema = z
  .object({
    version: z.int().describe('Counts from 1 for each ref, also across a deletion; the ETag'),
    id: z.int().describe('Id of the definition at that time'),
    ref: z.string(),
    author: z.int().nullable().describe('Id of the identity that made the change; null: the system'),
    created: instantSchema,
  })
  .meta({ id: 'DefinitionVersionSummary' });

export const definitionVersionSchema = definitionVersionSummarySchema
  .extend({ content: jsonObjectSchema.describe('What it said; secret values are null') })
  .meta({ id: 'DefinitionVersion' });

export const definitionDiffSchema = z
  .object({
    from: z.int(),
    to: z.int(),
    changes: z.array(
      z.object({
        path: z.string().describe('`conditions[0].value`'),
        before: z.unknown().optional().describe('Absent: it was added'),
        after: z.unknown().optional().describe('Absent: it was removed'),
      }),
    ),
  })
  .meta({ id: 'DefinitionDiff' });

/** What a definition said from one change to the next: alike for every kind, also after a deletion. */
export function versionRoutes<W extends z.ZodType>(
  spec: Pick<DefinitionSpec<W>, 'resource' | 'name' | 'whole' | 'needs'>,
) {
  const { resource, name, whole } = spec;
  const path = `/api/v1/${resource}/{ref}/versions` as const;
  const read = { method: 'GET', permission: permissionOf(resource, 'read') } as const;
  return {
    versions: defineRoute({
      ...read,
      path,
      summary: `List the versions of ${name}, newest first`,
      params: refParams,
      query: pageQuery,
      response: list(definitionVersionSummarySchema),
    }),
    version: defineRoute({
      ...read,
      path: `${path}/{version}`,
      summary: `Show a version of ${name}`,
      params: refParams.extend({ version: versionNumber }),
      response: one(definitionVersionSchema),
    }),
    diff: defineRoute({
      ...read,
      path: `${path}/diff`,
      summary: `Compare two versions of ${name}`,
      params: refParams,
      query: z.object({ from: versionNumber, to: versionNumber }),
      response: one(definitionDiffSchema),
    }),
    restore: defineRoute({
      method: 'POST',
      path: `${path}/{version}/restore`,
      summary: `Make ${name} say again what a version says, as a new version`,
      description: `Needs what changing it needs. One that was deleted comes back: that needs ${resource}:create as well.`,
      permission: permissionOf(resource, 'update'),
      params: refParams.extend({ version: versionNumber }),
      response: one(whole),
      versioned: true,
      errors: ['CONFLICT'],
    }),
  };
}
