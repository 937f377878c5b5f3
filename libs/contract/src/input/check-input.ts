import type { ErrorDetail } from '@attune/domain';
import type { z } from 'zod';
import { describeIssues } from './describe-issues.js';
import { unknownFields } from './unknown-fields.js';

/** Which part of a request; paths into the body stand alone (`action_params.url`), others are prefixed (`query.page`). */
export type InputPart = 'body' | 'query' | 'path';

export type CheckedInput =
  | { readonly ok: true; readonly value: unknown; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly details: readonly ErrorDetail[] };

/**
 * Checks one part of a request. Fields the contract does not know are dropped and become warnings, so that
 * older and newer clients work; when something else is wrong they serve as hints.
 */
export function checkInput(schema: z.ZodType, value: unknown, part: InputPart): CheckedInput {
  const result = schema.safeParse(value);
  const unknown = unknownFields(schema, value);
  if (result.success) {
    return { ok: true, value: result.data, warnings: unknown.map((field) => warning(field, part)) };
  }
  const details = describeIssues(result.error.issues, value, unknown);
  return { ok: false, details: details.map((detail) => ({ ...detail, path: placed(detail.path, part) })) };
}

function warning({ path, nearest }: { path: string; nearest: string | undefined }, part: InputPart): string {
  const kind = part === 'query' ? 'query parameter' : 'field';
  const hint = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
  return `unknown ${kind} '${path}' ignored${hint}`;
}

function placed(path: string, part: InputPart): string {
  if (part === 'body') return path;
  return path === '' ? part : `${part}.${path}`;
}
