import { packRefSchema } from '@attune/domain';
import { z } from 'zod';

import { isVersion, isVersionRange } from '../version-range.js';
import { jsonObject, parameterSchema } from './component.document.js';

const versionRange = z
  .string()
  .refine(isVersionRange, { error: "must be a range of versions such as '^1.2' or '>=1 <3'" });

const dependency = z.strictObject({
  pack: packRefSchema,
  version: versionRange.default('*'),
});

/** `pack.yaml`. */
export const packDocument = z.strictObject({
  ref: packRefSchema,
  label: z.string().min(1).max(255),
  description: z.string().optional(),
  version: z.string().refine(isVersion, { error: "must be a semantic version such as '1.0.0'" }),
  author: z.string().optional(),
  email: z.string().optional(),
  tags: z.array(z.string()).default([]),
  conf_schema: parameterSchema.default({}),
  config: jsonObject.default({}),
  dependencies: z.array(dependency).default([]),
  runtime_deps: z.array(z.string()).default([]),
  attune_version: versionRange.optional().describe('Versions of Attune it is made for'),
  meta: jsonObject.default({}),
});

export type PackDocument = z.output<typeof packDocument>;
