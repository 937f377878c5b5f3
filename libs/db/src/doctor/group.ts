import type { Group } from '@attune/domain';

/** Rows alike are counted so far: what is found lies in an index, and is never all read. */
export const countedMost = 10_000;
/** Groups, and rows that are told of one by one. */
export const groupsMost = 100;

/** The first row of a group beside its size. */
export type Counted<Row> = Row & { count: number; more: boolean };

export function groupOf<Row extends object>({ count, more, ...first }: Counted<Row>): Group<Row> {
  return { first: first as unknown as Row, count, more };
}
