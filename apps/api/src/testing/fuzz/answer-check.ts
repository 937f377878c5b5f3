import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { WireRequest } from './request-arbitrary.js';
import type { WireAnswer } from './send-wire.js';
import type { Operation, ServedDocument } from './served-document.js';

/** Traces of the inside of a server. */
const inside =
  /node_modules|\bat (?:async )?[\w.<>]+ \(|syntax error at|violates|pg_catalog|relation "|\.ts:\d+/;

/** Statuses of addresses that no route serves, and of requests that no route reads. */
const elsewhere = new Set([400, 404, 405, 414]);

/** The server is whole, but busy, or without what it was asked for. */
const honest: ReadonlySet<number> = new Set([501, 503]);

/** Checks answers against nothing but the document. */
export class AnswerCheck {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: ServedDocument) {
    formats.default(this.#ajv);
    this.#ajv.addSchema(closed(document.root) as object, 'served');
  }

  /** What is wrong with the answer; undefined when nothing is. */
  faultOf(operation: Operation, request: WireRequest, answer: WireAnswer): string | undefined {
    const { status } = answer;
    if (status === 503 && answer.headers['retry-after'] === undefined) return '503 without Retry-After';
    if (status >= 500 && !honest.has(status)) return `a fault of the server: ${status}`;
    const isRefusedHeader =
      status === 431 && Object.values(request.headers).some(({ length }) => length > 8000);
    const documented = operation.answers.get(status);
    const isForeign = isRefusedHeader || (request.isElsewhere && elsewhere.has(status));
    if (documented === undefined && !isForeign) return `${status} is not documented for ${operation.id}`;
    return this.#bodyFault(operation, answer, documented ?? errorSchemas);
  }

  #bodyFault(
    operation: Operation,
    answer: WireAnswer,
    schemas: ReadonlyMap<string, string>,
  ): string | undefined {
    const { status, headers, text } = answer;
    if (text === undefined || (status >= 300 && status < 400)) return undefined;
    if (typeof headers['x-request-id'] !== 'string') return 'no X-Request-Id';
    const type = headers['content-type']?.split(';')[0] ?? '';
    if (status < 400 && !schemas.has('application/json')) return undefined;
    if (type !== 'application/json') return `content type ${type}`;
    if (status >= 400 && inside.test(text)) return `tells of the inside: ${text.slice(0, 300)}`;
    const body = JSON.parse(text) as { request_id?: unknown };
    if (status >= 400 && body.request_id !== headers['x-request-id'])
      return 'another request_id than X-Request-Id';
    const pointer = schemas.get('application/json');
    if (pointer === undefined) return `no schema for ${status} of ${operation.id}`;
    const validate = this.#compile(pointer);
    return validate(body)
      ? undefined
      : `not as documented: ${this.#ajv.errorsText(validate.errors)}: ${text.slice(0, 300)}`;
  }

  #compile(pointer: string): ValidateFunction {
    const known = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `served${pointer}` });
    this.#compiled.set(pointer, known);
    return known;
  }
}

const errorSchemas = new Map([['application/json', '#/components/schemas/Error']]);

/** Objects hold what is documented, and nothing else; those that say what else they hold are left. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, closed(child)]));
  const isShape = copy['type'] === 'object' && typeof copy['properties'] === 'object';
  return isShape && copy['additionalProperties'] === undefined
    ? { ...copy, additionalProperties: false }
    : copy;
}
