import { z } from 'zod';
import { artifactVisibilities } from '../artifact/artifact-type.js';
import { ownerTypes } from './owner-type.js';
import { resources } from './permissions.js';

/** All that are given must hold. */
export const grantConstraintsSchema = z.strictObject({
  pack_refs: z.array(z.string()).optional(),
  refs: z.array(z.string()).optional(),
  ids: z.array(z.int()).optional(),
  owner: z.enum(['self', 'any', 'none']).optional(),
  owner_types: z.array(z.enum(ownerTypes)).optional(),
  owner_refs: z.array(z.string()).optional(),
  visibility: z.array(z.enum(artifactVisibilities)).optional(),
  execution_scope: z.enum(['self', 'descendants', 'any']).optional(),
  encrypted: z.boolean().optional(),
  /** Exact match on the caller's own attributes. */
  attributes: z.record(z.string(), z.unknown()).optional(),
});
export type GrantConstraints = z.infer<typeof grantConstraintsSchema>;

export const grantSchema = z.strictObject({
  resource: z.enum(resources),
  actions: z.array(z.string()).min(1),
  constraints: grantConstraintsSchema.optional(),
});
export type Grant = z.infer<typeof grantSchema>;
