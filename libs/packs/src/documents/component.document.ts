import { componentRefSchema } from '@attune/domain';
import { z } from 'zod';

/** Keys that every component file has. */
export const componentKeys = {
  ref: componentRefSchema,
  label: z.string().min(1).max(255),
  description: z.string().optional(),
  tags: z.array(z.string()).default([]),
};

/** A flat map of parameters or a JSON Schema; its content is checked by the domain, with the same positions. */
export const parameterSchema = z.record(z.string(), z.unknown());

export const jsonObject = z.record(z.string(), z.unknown());
