import { checkParameterSchema, checkPayload, ValidationError } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';

interface Question {
  response_schema?: Record<string, unknown> | null | undefined;
  default_response?: unknown;
  timeout_at?: string | null | undefined;
}

/** What is wrong with a question before it is asked. Throws ValidationError. */
export function checkQuestion(question: Question, now: Date): void {
  const { response_schema: schema, default_response: preset } = question;
  const faults = checkParameterSchema(schema, 'response_schema');
  const details = [
    ...faults,
    ...(preset === undefined || faults.length > 0 ? [] : checkPayload(schema, preset, 'default_response')),
    ...checkTimeout(question, now),
  ];
  if (details.length > 0) throw new ValidationError('cannot ask this', { details });
}

export function checkTimeout({ timeout_at: at }: Question, now: Date): ErrorDetail[] {
  if (at === undefined || at === null || new Date(at) > now) return [];
  return [{ path: 'timeout_at', message: 'must be in the future' }];
}

/** Throws ValidationError that says where the answer is not what was asked for. */
export function checkResponse(schema: Record<string, unknown> | null, response: unknown): void {
  const details = checkPayload(schema, response, 'response');
  if (details.length > 0) throw new ValidationError('the response is not what was asked for', { details });
}
