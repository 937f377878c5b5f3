import { z } from 'zod';
import { defineDefinition, definitionRoutes, listUnder } from '../route/definition-routes.js';
import {
  flagSchema,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
  refParams,
} from '../route/fields.js';
import { defineRoute, list } from '../route/route.js';
import { versionRoutes } from '../route/version-routes.js';
import {
  descriptionSchema,
  identityFields,
  labelSchema,
  newComponentFields,
  stampFields,
} from './component-fields.js';

const fields = {
  name: labelSchema,
  aliases: z.array(z.string().regex(/^[a-z0-9_.+-]+$/)).max(20),
  description: descriptionSchema,
  distributions: jsonObjectSchema.describe('How a worker finds it, and which version'),
  installation: z.unknown().nullable(),
  execution_config: jsonObjectSchema.describe('Commands that workers run'),
};

export const runtimeSchema = z
  .object({
    ...identityFields,
    ...fields,
    name: z.string(),
    aliases: z.array(z.string()),
    auto_detected: z.boolean(),
    ...stampFields,
  })
  .meta({ id: 'Runtime' });

/** A concrete version of a runtime, as workers found or packs declared it. */
export const runtimeVersionSchema = z
  .object({
    id: z.int(),
    runtime: z.int(),
    runtime_ref: z.string(),
    version: z.string(),
    is_default: z.boolean(),
    available: z.boolean(),
    verified_at: instantSchema.nullable(),
    execution_config: jsonObjectSchema,
    distributions: jsonObjectSchema,
    meta: jsonObjectSchema,
    ...stampFields,
  })
  .meta({ id: 'RuntimeVersion' });

export const updateRuntimeBody = z.object(fields).partial();

export const createRuntimeBody = z.object({
  ...newComponentFields,
  ...updateRuntimeBody.shape,
  name: labelSchema,
});

const runtime = defineDefinition({
  resource: 'runtimes',
  name: 'a runtime',
  whole: runtimeSchema,
  item: runtimeSchema,
  query: pageQuery.extend({
    ref: refFilter.optional(),
    pack_ref: refFilter.optional(),
    name: z.string().min(1).max(255).optional().describe('Or an alias, in any case'),
    auto_detected: flagSchema.optional(),
  }),
  create: createRuntimeBody,
  update: updateRuntimeBody,
  needs: 'What a runtime says is run on workers: the permission is as good as a login there.',
});

export const runtimeRoutes = {
  ...definitionRoutes(runtime),
  ...versionRoutes(runtime),
  listByPack: listUnder(runtime, 'pack'),
  runtimeVersions: defineRoute({
    method: 'GET',
    path: '/api/v1/runtimes/{ref}/runtime-versions',
    summary: 'List the versions of an interpreter, highest first',
    description: 'Not those of its definition: see /versions.',
    permission: 'runtimes:read',
    params: refParams,
    query: pageQuery.extend({ available: flagSchema.optional() }),
    response: list(runtimeVersionSchema),
  }),
};
