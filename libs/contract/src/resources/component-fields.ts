import {
  artifactRetentions,
  componentRefSchema,
  labelOperators,
  packRefSchema,
  taintEffects,
  tolerationOperators,
} from '@attune/domain';
import { z } from 'zod';
import { instantSchema, jsonObjectSchema } from '../route/fields.js';

/** What every component of a pack shows first, and when it was made and changed. */
export const identityFields = { id: z.int(), ref: z.string(), pack: z.int(), pack_ref: z.string() };
export const stampFields = { created: instantSchema, updated: instantSchema };

/** Of a body that creates a component. */
export const newComponentFields = {
  ref: componentRefSchema,
  pack_ref: packRefSchema.optional().describe('Must equal the first segment of ref'),
};

export const labelSchema = z.string().min(1).max(255);
export const descriptionSchema = z.string().max(10_000).nullable();
export const tagsSchema = z.array(z.string().min(1).max(100)).max(100);
export const priorityField = z.int().min(-1000).max(1000);
/** Names of permission sets; naming one needs all that it grants. */
export const permissionSetRefsSchema = z.array(componentRefSchema).max(100);

/** Limit of one attempt in seconds: at most a year. */
export const timeoutSchema = z.int().positive().max(31_536_000);

export const schemaField = jsonObjectSchema.nullable();

const label = z.string().min(1).max(255);

const labelTerm = z.object({
  match_labels: z.record(label, z.string().max(255)).optional(),
  match_expressions: z
    .array(z.object({ key: label, operator: z.enum(labelOperators), values: z.array(z.string()).optional() }))
    .optional(),
});

const tolerationSchema = z.object({
  key: label,
  operator: z.enum(tolerationOperators).optional().describe('Default equal'),
  value: z.string().max(255).optional(),
  effect: z.enum(taintEffects).optional().describe('Absent: both'),
});

const affinitySchema = z.object({
  required: z.array(labelTerm).optional(),
  preferred: z
    .array(z.object({ weight: z.int().min(1).max(100).optional(), preference: labelTerm }))
    .optional(),
  anti_affinity: z.array(labelTerm).optional(),
});

/** Where it may run. */
export const placementFields = {
  worker_selector: z.record(label, z.string().max(255)).describe('Labels a worker must have'),
  worker_tolerations: z.array(tolerationSchema).max(100),
  worker_affinity: affinitySchema,
};

/** As stored: what a pack's file said is shown as it is. */
export const shownPlacementFields = {
  worker_selector: jsonObjectSchema,
  worker_tolerations: z.array(z.unknown()),
  worker_affinity: jsonObjectSchema,
};

const retentionPolicy = z.enum(artifactRetentions).nullable();
const retentionLimit = z.int().min(1).max(2_147_483_647).nullable();

/** How long what a run leaves is kept. */
export const retentionFields = {
  log_retention_policy: retentionPolicy,
  log_retention_limit: retentionLimit,
  artifact_retention_policy: retentionPolicy,
  artifact_retention_limit: retentionLimit,
};
