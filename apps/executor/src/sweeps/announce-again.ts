import type { Outgoing } from '@attune/mq';
import { faultPoint } from '@attune/service';

import type { ExecutorContext } from '../context.js';

/** The second half of every sweep: what was taken is published, or taken again later. Answers how many were taken. */
export async function announceAgain<Row>(
  { publisher }: Pick<ExecutorContext, 'publisher'>,
  taken: readonly Row[],
  outgoing: (row: Row) => Outgoing,
): Promise<number> {
  if (taken.length === 0) return 0;
  await faultPoint('executor.sweep.after-take-before-publish');
  await publisher.publish(taken.map(outgoing));
  return taken.length;
}

/** Of what a sweep announces about an execution, as of its first announcement. */
export function causeOfExecution(id: number): { cause: { correlationId: string } } {
  return { cause: { correlationId: `execution:${id}` } };
}
