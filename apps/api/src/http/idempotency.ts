import { createHash } from 'node:crypto';
import { beginIdempotentRequest, dropIdempotentRequest, finishIdempotentRequest } from '@attune/db';
import type { Db } from '@attune/db';
import { ValidationError } from '@attune/domain';
import { HttpError } from './http-error.js';

/** A request whose answer is kept under its key, for whoever sent it. */
export interface Idempotency {
  readonly key: string;
  /** What the n-th piece of work of this request is known by: doing it twice makes it once. */
  workKey(index: number): string;
}

export interface KeyedRequest {
  identityId: number;
  /** `POST /api/v1/events` */
  route: string;
  /** Of the path: the same key for another row is another request. */
  params: unknown;
  body: unknown;
}

/** Undefined without the header; throws ValidationError for a key that is none. */
export function idempotencyOf(
  header: string | string[] | undefined,
  identityId: number | undefined,
): Idempotency | undefined {
  if (header === undefined || identityId === undefined) return undefined;
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(header)) {
    throw new ValidationError('the Idempotency-Key is not valid', {
      details: [{ path: 'header.idempotency-key', message: 'must be 1 to 255 printable characters' }],
    });
  }
  return { key: header, workKey: (index) => `request:${identityId}:${header}:${index}` };
}

/**
 * The answer of the first request with this key, or that of `work`, which is then kept. Another body under the
 * same key is a ValidationError, one that is still being handled a conflict. What a crashed process left
 * unfinished is done again; work that carries `workKey` is then found, not repeated.
 */
export async function answerOnce(
  db: Db,
  request: KeyedRequest,
  { key }: Idempotency,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const id = { owner: request.identityId, key };
  const begun = await beginIdempotentRequest(db, { ...id, request_hash: hashOf(request) });
  switch (begun.state) {
    case 'answered':
      return begun.answer;
    case 'different':
      throw new ValidationError('this Idempotency-Key was used for another request', {
        details: [{ path: 'header.idempotency-key', message: 'belongs to a request with another body' }],
      });
    case 'running':
      throw new HttpError('CONFLICT', 'a request with this Idempotency-Key is being handled', {
        headers: { 'retry-after': '1' },
      });
    case 'begun':
      return finish(db, id, work);
  }
}

async function finish(db: Db, id: { owner: number; key: string }, work: () => Promise<unknown>) {
  try {
    const answer = await work();
    await finishIdempotentRequest(db, { ...id, answer });
    return answer;
  } catch (error) {
    await dropIdempotentRequest(db, id);
    throw error;
  }
}

function hashOf({ route, params, body }: KeyedRequest): string {
  return createHash('sha256')
    .update(`${route}\n${canonical(params)}\n${canonical(body)}`)
    .digest('hex');
}

/** JSON with sorted keys: the order in which a client writes its fields does not matter. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  );
}
