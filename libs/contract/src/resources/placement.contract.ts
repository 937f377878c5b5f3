import { labelOperators, taintEffects, tolerationOperators } from '@attune/domain';
import { z } from 'zod';

const label = z.string().min(1).max(255);
const labels = z.record(label, z.string().max(255));

const labelTerm = z.object({
  match_labels: labels.optional(),
  match_expressions: z
    .array(z.object({ key: label, operator: z.enum(labelOperators), values: z.array(z.string()).optional() }))
    .max(50)
    .optional(),
});

/** Which workers may run an execution, instead of what its action says. */
export const placementFields = {
  worker_selector: labels.optional().describe('Labels that the worker must have'),
  worker_tolerations: z
    .array(
      z.object({
        key: label,
        operator: z.enum(tolerationOperators).optional(),
        value: z.string().optional(),
        effect: z.enum(taintEffects).optional(),
      }),
    )
    .max(50)
    .optional()
    .describe('Taints of workers that do not matter'),
  worker_affinity: z
    .object({
      required: z.array(labelTerm).max(50).optional(),
      preferred: z
        .array(z.object({ weight: z.int().min(1).max(100).optional(), preference: labelTerm }))
        .max(50)
        .optional(),
      anti_affinity: z.array(labelTerm).max(50).optional(),
    })
    .optional(),
};
