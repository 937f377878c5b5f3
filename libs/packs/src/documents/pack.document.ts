import { packRefSchema } from '@attune/domain';
import { z } from 'zod';

import { jsonObject, parameterSchema } from './component.document.js';

const semver = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

const dependency = z.strictObject({
  pack: packRefSchema,
  version: z.string().default('*').describe('Semver range'),
});

/** `pack.yaml`. */
export const packDocument = z.strictObject({
  ref: packRefSchema,
  label: z.string().min(1).max(255),
  description: z.string().optional(),
  version: z.string().regex(semver, { error: "must be a semantic version such as '1.0.0'" }),
  author: z.string().optional(),
  email: z.string().optional(),
  tags: z.array(z.string()).default([]),
  conf_schema: parameterSchema.default({}),
  config: jsonObject.default({}),
  dependencies: z.array(dependency).default([]),
  runtime_deps: z.array(z.string()).default([]),
  attune_version: z.string().optional(),
  meta: jsonObject.default({}),
});

export type PackDocument = z.output<typeof packDocument>;
