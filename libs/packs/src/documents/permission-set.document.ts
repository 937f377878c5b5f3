import { componentRefSchema, grantSchema } from '@attune/domain';
import { z } from 'zod';

/** `permission_sets/*.yaml`. */
export const permissionSetDocument = z.strictObject({
  ref: componentRefSchema,
  label: z.string().min(1).max(255),
  description: z.string().optional(),
  grants: z.array(grantSchema).min(1),
});

export type PermissionSetDocument = z.output<typeof permissionSetDocument>;
