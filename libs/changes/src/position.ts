import { changesPerNotice } from '@attune/mq';

/**
 * A place in the order of all changes, the same on every server: `<number>-<mark>`. The number grows; the mark is
 * of the notice the change came with, so that a place in another log (its broker was set up anew) is found out.
 */
export interface Position {
  /** Offset of the notice in its log. */
  readonly offset: number;
  /** Number of the change in its notice. */
  readonly index: number;
  readonly mark: string;
}

const format = /^(\d{1,16})-([0-9a-f]{8})$/;

export function positionText({ offset, index, mark }: Position): string {
  return `${offset * changesPerNotice + index}-${mark}`;
}

/** Undefined for text that no server can have given. */
export function parsePosition(text: string): Position | undefined {
  const [, digits, mark] = format.exec(text) ?? [];
  const number = Number(digits);
  if (mark === undefined || !Number.isSafeInteger(number)) return undefined;
  return { offset: Math.floor(number / changesPerNotice), index: number % changesPerNotice, mark };
}

/** What tells a notice from every other that may stand at its offset. */
export function markOf(messageId: string): string {
  return messageId.replaceAll('-', '').slice(0, 8).padEnd(8, '0').toLowerCase();
}
