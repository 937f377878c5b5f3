import { componentRefSchema } from '@attune/domain';
import { z } from 'zod';

/** Keys that every component file has. */
export const componentKeys = {
  ref: componentRefSchema,
  label: z.string().min(1).max(255),
  description: z.string().optional(),
};

/** A flat map of parameters or a JSON Schema; its content is checked by the domain, with the same positions. */
export const parameterSchema = z.record(z.string(), z.unknown());

export const jsonObject = z.record(z.string(), z.unknown());

/** Limit of one attempt: 1 second to 7 days. */
export const seconds = z.int().min(1).max(604_800);
