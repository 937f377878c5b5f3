import { ValidationError } from '@attune/domain';

/** A chunk of a log: chunks are numbered from 1 in each attempt. */
export interface LogPosition {
  attempt: number;
  sequence: number;
}

/** `2.17`: chunk 17 of attempt 2. */
export function positionOf({ attempt, sequence }: LogPosition): string {
  return `${attempt}.${sequence}`;
}

/** Throws ValidationError naming `path`. */
export function parsePosition(text: string, path: string): LogPosition {
  const [, attempt, sequence] = /^(\d{1,9})\.(\d{1,9})$/.exec(text) ?? [];
  if (attempt === undefined || sequence === undefined) {
    throw new ValidationError(`'${text}' is not a position in a log`, {
      details: [{ path, message: 'must be a position, such as 1.17', hint: 'the position of a chunk' }],
    });
  }
  return { attempt: Number(attempt), sequence: Number(sequence) };
}
