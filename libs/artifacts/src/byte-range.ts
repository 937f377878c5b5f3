import { AttuneError } from '@attune/domain';

/** Both ends belong to it; within the content. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Nothing of the content lies in the range: 416, with a Content-Range of `bytes *` and the size. */
export class RangeNotSatisfiableError extends AttuneError {
  readonly code = 'RANGE_NOT_SATISFIABLE';

  /** `size` of the whole content. */
  constructor(readonly size: number) {
    super(`the range lies outside of the content of ${size} bytes`);
  }
}

/**
 * What a Range header (RFC 9110, 14.2) asks of a content of `size` bytes; undefined = the whole. As the RFC has it,
 * ranges in other units, malformed ones and several at once are answered with the whole.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^(\d*)-(\d*)$/.exec(onlySpec(header)) ?? [];
  if (first === undefined || last === undefined) return undefined;
  if (first !== '') return interval(Number(first), last === '' ? Infinity : Number(last), size);
  return last === '' ? undefined : suffix(Number(last), size);
}

/** The one part of `bytes=…`; '' when there are more or none. */
function onlySpec(header = ''): string {
  const [, set = ''] = /^bytes=(.*)$/is.exec(header.trim()) ?? [];
  const specs = set.split(',').map((spec) => spec.trim());
  const [spec = '', ...others] = specs.filter((text) => text !== '');
  return others.length === 0 ? spec : '';
}

function interval(start: number, end: number, size: number): ByteRange | undefined {
  if (end < start) return undefined;
  if (start >= size) throw new RangeNotSatisfiableError(size);
  return { start, end: Math.min(end, size - 1) };
}

/** The last bytes. Of an empty content they are the whole of it, which no range can say. */
function suffix(length: number, size: number): ByteRange | undefined {
  if (length === 0) throw new RangeNotSatisfiableError(size);
  return size === 0 ? undefined : { start: Math.max(size - length, 0), end: size - 1 };
}
