import { componentRefSchema, sensorRunStatuses } from '@attune/domain';
import { z } from 'zod';
import { defineDefinition, definitionRoutes, listUnder, switchRoutes } from '../route/definition-routes.js';
import {
  flagSchema,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
  refParams,
  searchFilter,
} from '../route/fields.js';
import { defineRoute, one } from '../route/route.js';
import { versionRoutes } from '../route/version-routes.js';
import {
  descriptionSchema,
  identityFields,
  labelSchema,
  newComponentFields,
  placementFields,
  retentionFields,
  schemaField,
  shownPlacementFields,
  stampFields,
} from './component-fields.js';

const fields = {
  label: labelSchema,
  description: descriptionSchema,
  entrypoint: z.string().min(1).max(1024).describe('Program of the pack'),
  runtime_ref: componentRefSchema,
  runtime_version_constraint: z.string().min(1).max(100).nullable(),
  partitions: z.int().min(1).max(1000).describe('It runs so many times, each with its part of the work'),
  param_schema: schemaField,
  config: jsonObjectSchema.nullable().describe('Checked against param_schema; null keeps a secret value'),
  ...placementFields,
  ...retentionFields,
  enabled: z.boolean(),
};

export const sensorSchema = z
  .object({
    ...identityFields,
    ...fields,
    ...shownPlacementFields,
    entrypoint: z.string(),
    runtime: z.int(),
    runtime_ref: z.string(),
    runtime_version_constraint: z.string().nullable(),
    config: jsonObjectSchema.nullable().describe('Values that param_schema marks `secret` are null'),
    is_adhoc: z.boolean().describe('Made through the API, not by files of its pack'),
    ...stampFields,
  })
  .meta({ id: 'Sensor' });

export const sensorRunSchema = z
  .object({
    partition: z.int(),
    status: z.enum(sensorRunStatuses),
    worker: z.int().nullable().describe('The sensor service that owns it'),
    lease_expires_at: instantSchema.nullable(),
    restart_count: z.int(),
    consecutive_failures: z.int(),
    last_error: z.string().nullable(),
    last_exit_code: z.int().nullable(),
    last_signal: z.string().nullable(),
    stderr_excerpt: z.string().nullable().describe('The last lines it wrote'),
    last_started_at: instantSchema.nullable(),
    last_stopped_at: instantSchema.nullable(),
    next_restart_at: instantSchema.nullable(),
  })
  .meta({ id: 'SensorRun' });

export const sensorStateSchema = z
  .object({ sensor_ref: z.string(), enabled: z.boolean(), runs: z.array(sensorRunSchema) })
  .meta({ id: 'SensorState' });

export const updateSensorBody = z.object(fields).partial();

export const createSensorBody = z.object({
  ...newComponentFields,
  ...updateSensorBody.shape,
  label: labelSchema,
  entrypoint: fields.entrypoint,
  runtime_ref: componentRefSchema,
});

const sensor = defineDefinition({
  resource: 'sensors',
  name: 'a sensor',
  whole: sensorSchema,
  item: sensorSchema,
  query: pageQuery.extend({
    ref: refFilter.optional(),
    pack_ref: refFilter.optional(),
    runtime_ref: refFilter.optional(),
    enabled: flagSchema.optional(),
    is_adhoc: flagSchema.optional(),
    search: searchFilter.optional(),
  }),
  create: createSensorBody,
  update: updateSensorBody,
});

export const sensorRoutes = {
  ...definitionRoutes(sensor),
  ...switchRoutes(sensor),
  ...versionRoutes(sensor),
  listByPack: listUnder(sensor, 'pack'),
  listByTrigger: listUnder(sensor, 'trigger'),
  state: defineRoute({
    method: 'GET',
    path: '/api/v1/sensors/{ref}/state',
    summary: 'How the runs of a sensor fare',
    permission: 'sensors:read',
    params: refParams,
    response: one(sensorStateSchema),
  }),
};
