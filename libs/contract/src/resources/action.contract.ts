import {
  componentRefSchema,
  isolations,
  keyRefSchema,
  outputFormats,
  parameterDeliveries,
  parameterFormats,
  retryBackoffs,
  retryOutcomes,
} from '@attune/domain';
import { z } from 'zod';
import { defineDefinition, definitionRoutes, listUnder } from '../route/definition-routes.js';
import { flagSchema, pageQuery, refFilter, searchFilter } from '../route/fields.js';
import { defineRoute, list } from '../route/route.js';
import { versionRoutes } from '../route/version-routes.js';
import {
  descriptionSchema,
  identityFields,
  labelSchema,
  newComponentFields,
  permissionSetRefsSchema,
  placementFields,
  priorityField,
  retentionFields,
  schemaField,
  shownPlacementFields,
  stampFields,
  tagsSchema,
  timeoutSchema,
} from './component-fields.js';

/** An inline script is a definition, not a file store. */
const maxEntrypointLength = 65_536;

export const retrySchema = z
  .object({
    count: z.int().min(0).max(1000),
    delay: z.number().min(0).optional().describe('Seconds'),
    backoff: z.enum(retryBackoffs).optional(),
    max_delay: z.number().min(0).optional().describe('Seconds'),
    jitter: z.number().min(0).max(1).optional(),
    on: z.array(z.enum(retryOutcomes)).optional(),
  })
  .meta({ id: 'Retry' });

const versionRange = z.string().min(1).max(100).describe('A range of versions: `>=3.12 <4`');

/** Everything of an action that can be changed. */
const fields = {
  label: labelSchema,
  description: descriptionSchema,
  enabled: z.boolean(),
  runtime_ref: componentRefSchema.describe('core.shell, core.python, core.nodejs, …'),
  runtime: z.int().positive().describe('Id, instead of runtime_ref'),
  entrypoint: z.string().max(maxEntrypointLength).describe('For shell, python and nodejs: the script itself'),
  runtime_version_constraint: versionRange.nullable(),
  required_worker_runtimes: z.record(z.string().min(1).max(255), versionRange),
  ...placementFields,
  param_schema: schemaField,
  out_schema: schemaField,
  parameter_delivery: z.enum(parameterDeliveries),
  parameter_format: z.enum(parameterFormats),
  output_format: z.enum(outputFormats),
  isolation: z.enum(isolations).nullable(),
  timeout_seconds: timeoutSchema.nullable().describe('Of one attempt'),
  start_timeout_seconds: timeoutSchema.nullable().describe('Until the first start, from when it is due'),
  total_timeout_seconds: timeoutSchema
    .nullable()
    .describe('For all attempts and delays, from when it is due'),
  retry: retrySchema.nullable(),
  priority: priorityField,
  idempotent: z.boolean(),
  dry_run: z.boolean().describe('It understands ATTUNE_DRY_RUN'),
  accesses_mcp: z.boolean(),
  secrets: z
    .array(keyRefSchema)
    .max(100)
    .describe('Keys a run may read; naming one needs keys:decrypt on it'),
  tags: tagsSchema,
  default_execution_permission_set_refs: permissionSetRefsSchema.describe(
    'What its runs may do; naming a set needs all that it grants',
  ),
  ...retentionFields,
};

const { runtime: _runtime, ...shownFields } = fields;

export const actionSchema = z
  .object({
    ...identityFields,
    ...shownFields,
    ...shownPlacementFields,
    runtime: z.int().nullable(),
    runtime_ref: z.string().nullable(),
    entrypoint: z.string(),
    runtime_version_constraint: z.string().nullable(),
    required_worker_runtimes: z.record(z.string(), z.string()),
    retry: retrySchema.nullable(),
    secrets: z.array(z.string()),
    default_execution_permission_set_refs: z.array(z.string()),
    is_workflow: z.boolean(),
    is_adhoc: z.boolean().describe('Made through the API, not by files of its pack'),
    ...stampFields,
  })
  .meta({ id: 'Action' });

export const updateActionBody = z.object(fields).partial();

export const createActionBody = z.object({
  ...newComponentFields,
  ...updateActionBody.shape,
  label: labelSchema,
  entrypoint: fields.entrypoint.default(''),
  output_format: fields.output_format.default('text'),
});

const action = defineDefinition({
  resource: 'actions',
  name: 'an action',
  whole: actionSchema,
  item: actionSchema.omit({ entrypoint: true }),
  query: pageQuery.extend({
    ref: refFilter.optional(),
    pack_ref: refFilter.optional(),
    runtime_ref: refFilter.optional(),
    enabled: flagSchema.optional(),
    is_adhoc: flagSchema.optional(),
    is_workflow: flagSchema.optional(),
    accesses_mcp: flagSchema.optional(),
    tag: z.string().min(1).max(100).optional(),
    search: searchFilter.optional(),
    executable_with_current_access: flagSchema
      .optional()
      .describe('Those that the caller may execute, and whose permission sets it holds'),
  }),
  create: createActionBody,
  update: updateActionBody,
  needs: 'For a runtime with inline execution the entry point is the script.',
});

export const actionHitSchema = z
  .object({
    ref: z.string(),
    pack_ref: z.string(),
    label: z.string(),
    description: z.string().nullable(),
    runtime_ref: z.string().nullable(),
    is_workflow: z.boolean(),
    accesses_mcp: z.boolean(),
  })
  .meta({ id: 'ActionHit' });

export const actionRoutes = {
  ...definitionRoutes(action),
  ...versionRoutes(action),
  listByPack: listUnder(action, 'pack'),
  search: defineRoute({
    method: 'GET',
    path: '/api/v1/actions/search',
    summary: 'Find actions by words of their ref, label and description',
    permission: 'actions:read',
    query: pageQuery.extend({
      q: searchFilter.optional().describe('Words that must all occur'),
      packs: z.string().max(2000).optional().describe('Refs of packs, separated by commas'),
    }),
    response: list(actionHitSchema),
    errors: ['NOT_FOUND'],
  }),
};
