import { componentRefSchema } from '@attune/domain';
import { z } from 'zod';

import { jsonObject } from './component.document.js';

const grant = z.strictObject({
  resource: z.string().min(1),
  actions: z.array(z.string().min(1)).min(1),
  constraints: jsonObject.optional(),
});

/** `permission_sets/*.yaml`. */
export const permissionSetDocument = z.strictObject({
  ref: componentRefSchema,
  label: z.string().min(1).max(255),
  description: z.string().optional(),
  grants: z.array(grant).min(1),
});

export type PermissionSetDocument = z.output<typeof permissionSetDocument>;
