import { checkInput } from '@attune/contract';
import type { InputPart, RouteSpec } from '@attune/contract';
import { ValidationError } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

export interface Input {
  params: unknown;
  query: unknown;
  body: unknown;
  warnings: string[];
}

/** Params, query and body as the contract describes them; all faults of a request in one ValidationError. */
export function readInput(route: RouteSpec, request: FastifyRequest): Input {
  const faults: ErrorDetail[] = [];
  const warnings: string[] = [];
  const read = (schema: z.ZodType | undefined, value: unknown, part: InputPart): unknown => {
    if (schema === undefined) return undefined;
    const checked = checkInput(schema, value, part);
    if (!checked.ok) return void faults.push(...checked.details);
    warnings.push(...checked.warnings);
    return checked.value;
  };
  const input = {
    params: read(route.params, request.params, 'path'),
    query: read(route.query, request.query, 'query'),
    body: read(route.body, request.body, 'body'),
    warnings,
  };
  if (faults.length > 0) throw new ValidationError(summary(faults), { details: faults });
  return input;
}

function summary(faults: readonly ErrorDetail[]): string {
  const [first, ...rest] = faults;
  const more = rest.length === 0 ? '' : `, and ${rest.length} more`;
  return `the request is not valid: ${first?.path === '' ? 'the body' : first?.path} ${first?.message}${more}`;
}
