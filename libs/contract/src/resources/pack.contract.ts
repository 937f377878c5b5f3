import { packRefSchema } from '@attune/domain';
import { z } from 'zod';
import { defineDefinition, definitionRoutes } from '../route/definition-routes.js';
import {
  flagSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
  refParams,
  searchFilter,
} from '../route/fields.js';
import { defineRoute, one } from '../route/route.js';
import { versionRoutes } from '../route/version-routes.js';
import { descriptionSchema, labelSchema, stampFields, tagsSchema } from './component-fields.js';

const dependencySchema = z.object({ pack: packRefSchema, version: z.string().min(1).max(100).optional() });

const fields = {
  label: labelSchema,
  version: z.string().min(1).max(50).describe('Semantic version'),
  description: descriptionSchema,
  conf_schema: jsonObjectSchema,
  config: jsonObjectSchema.describe('Needs packs:configure; null keeps a secret value as it is'),
  meta: jsonObjectSchema,
  tags: tagsSchema,
  runtime_deps: z.array(z.string().min(1).max(255)).max(100),
  dependencies: z.array(dependencySchema).max(100),
  is_standard: z.boolean(),
};

export const packSchema = z
  .object({
    id: z.int(),
    ref: z.string(),
    ...fields,
    version: z.string(),
    config: jsonObjectSchema.describe('Values that conf_schema marks `secret` are null'),
    dependencies: z.array(z.unknown()),
    ...stampFields,
  })
  .meta({ id: 'Pack' });

export const packSummarySchema = packSchema
  .pick({ id: true, ref: true, label: true, description: true, version: true, tags: true })
  .extend({ runtime_deps: z.array(z.string()), is_standard: z.boolean(), ...stampFields })
  .meta({ id: 'PackSummary' });

export const packConfigSchema = z
  .object({
    pack_ref: z.string(),
    conf_schema: jsonObjectSchema,
    config: jsonObjectSchema.describe('Values that conf_schema marks `secret` are null'),
    secrets_set: z.array(z.string()).describe('Paths of the secret values that there are'),
  })
  .meta({ id: 'PackConfig' });

export const updatePackBody = z.object(fields).partial();

export const createPackBody = z.object({
  ref: packRefSchema,
  ...updatePackBody.shape,
  label: labelSchema,
  version: fields.version,
});

const pack = defineDefinition({
  resource: 'packs',
  name: 'a pack',
  whole: packSchema,
  item: packSummarySchema,
  query: pageQuery.extend({
    ref: refFilter.optional(),
    search: searchFilter.optional(),
    tag: z.string().min(1).max(100).optional(),
    is_standard: flagSchema.optional(),
    installed: flagSchema.optional().describe('From files, as opposed to made through the API'),
  }),
  create: createPackBody,
  update: updatePackBody,
  needs: 'For components made through the API. Values of `config` need packs:configure as well.',
});

const packRouteFamily = definitionRoutes(pack);

export const packRoutes = {
  ...packRouteFamily,
  ...versionRoutes(pack),
  delete: defineRoute({
    ...packRouteFamily.delete,
    summary: 'Delete a pack with its components',
    description:
      'Refused while executions of its actions are under way; `force` cancels them, which needs executions:cancel.',
    query: z.object({ force: flagSchema.optional() }),
  }),
  getConfig: defineRoute({
    method: 'GET',
    path: '/api/v1/packs/{ref}/config',
    summary: 'Show the configuration of a pack, without its secret values',
    permission: 'packs:read',
    params: refParams,
    response: one(packConfigSchema),
    versioned: true,
  }),
  setConfig: defineRoute({
    method: 'PUT',
    path: '/api/v1/packs/{ref}/config',
    summary: 'Replace the configuration of a pack',
    description:
      'Checked against conf_schema. A secret value given as null stays what it is; left out, it is gone.',
    permission: 'packs:configure',
    params: refParams,
    body: z.object({ config: jsonObjectSchema }),
    response: one(packConfigSchema),
    versioned: true,
  }),
};
