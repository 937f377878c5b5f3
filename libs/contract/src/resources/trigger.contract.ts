import { componentRefSchema } from '@attune/domain';
import { z } from 'zod';
import { defineDefinition, definitionRoutes, listUnder, switchRoutes } from '../route/definition-routes.js';
import { flagSchema, pageQuery, refFilter, searchFilter } from '../route/fields.js';
import { versionRoutes } from '../route/version-routes.js';
import {
  descriptionSchema,
  identityFields,
  labelSchema,
  newComponentFields,
  schemaField,
  stampFields,
} from './component-fields.js';

const fields = {
  label: labelSchema,
  description: descriptionSchema,
  param_schema: schemaField.describe('Parameters of one use of it, by a rule'),
  out_schema: schemaField.describe('Payload of its events'),
  sensor_ref: componentRefSchema.nullable().describe('The sensor that emits it'),
  enabled: z.boolean(),
};

export const triggerSchema = z
  .object({
    ...identityFields,
    ...fields,
    sensor: z.int().nullable(),
    sensor_ref: z.string().nullable(),
    webhook_enabled: z.boolean(),
    is_adhoc: z.boolean().describe('Made through the API, not by files of its pack'),
    ...stampFields,
  })
  .meta({ id: 'Trigger' });

export const updateTriggerBody = z.object(fields).partial();

export const createTriggerBody = z.object({
  ...newComponentFields,
  ...updateTriggerBody.shape,
  label: labelSchema,
  enabled: z.boolean().default(true),
});

const trigger = defineDefinition({
  resource: 'triggers',
  name: 'a trigger',
  whole: triggerSchema,
  item: triggerSchema,
  query: pageQuery.extend({
    ref: refFilter.optional(),
    pack_ref: refFilter.optional(),
    sensor_ref: refFilter.optional(),
    enabled: flagSchema.optional(),
    webhook_enabled: flagSchema.optional(),
    is_adhoc: flagSchema.optional(),
    search: searchFilter.optional(),
  }),
  create: createTriggerBody,
  update: updateTriggerBody,
});

export const triggerRoutes = {
  ...definitionRoutes(trigger),
  ...switchRoutes(trigger),
  ...versionRoutes(trigger),
  listByPack: listUnder(trigger, 'pack'),
};
