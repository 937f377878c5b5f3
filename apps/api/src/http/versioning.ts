import { ValidationError } from '@attune/domain';
import { HttpError } from './http-error.js';

/** The versions of a definition as HTTP speaks of them. */
export interface Versioning {
  /** The version the caller made its change for; undefined when it does not care. */
  readonly expected: number | undefined;
  /** Makes this version the ETag of the answer. */
  tell(version: number): void;
}

/** Of a request with its `If-Match`; throws ValidationError for one that is no ETag of a definition. */
export function versioningOf(ifMatch: string | undefined, tell: (etag: string) => void): Versioning {
  return { expected: expectedVersion(ifMatch), tell: (version) => tell(`"${version}"`) };
}

/** Throws PRECONDITION_FAILED when the definition has moved on from the version the change was made for. */
export function requireVersion(expected: number | undefined, present: number): void {
  if (expected === undefined || expected === present) return;
  throw new HttpError('PRECONDITION_FAILED', `this is version ${present} by now, not ${expected}`, {
    details: [{ path: 'header.if-match', message: 'read it again, then repeat the change' }],
  });
}

function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (version !== undefined) return Number(version);
  throw new ValidationError('the If-Match header is not valid', {
    details: [{ path: 'header.if-match', message: 'must be the ETag of an answer, such as "3"' }],
  });
}
