import type { Cause } from '../envelope.js';
import { message } from '../define-message.js';
import type { Outgoing } from '../define-message.js';
import { executionCancelRequested } from './execution-cancel-requested.message.js';
import { executionFinished } from './execution-finished.message.js';
import { executionSubject } from './execution-subject.js';
import type { ToldExecution } from './execution-subject.js';
import { changesPerNotice, notice } from './notice.message.js';
import type { NoticeChange } from './notice.message.js';

/** The notice of a batch, several for a huge one; nothing when nothing changed. */
export function noticeOf(changes: readonly NoticeChange[], options: { cause?: Cause } = {}): Outgoing[] {
  const notices = Math.ceil(changes.length / changesPerNotice);
  return Array.from({ length: notices }, (_, index) => {
    const first = index * changesPerNotice;
    return message(notice, { changes: changes.slice(first, first + changesPerNotice) }, options);
  });
}

/** What subscribers are told of an execution, and need to know to be told of it only when they may. */
export function executionChange(
  execution: ToldExecution & { id: number },
  { change, status }: Required<Pick<NoticeChange, 'change' | 'status'>>,
): NoticeChange {
  return {
    entityType: 'execution',
    entityId: execution.id,
    change,
    ...executionSubject(execution),
    status,
  };
}

/** An execution that somebody asked to cancel: `cancelled` at once, or its worker must be told. */
export interface CancelledExecution extends ToldExecution {
  readonly id: number;
  readonly attempt: number;
  readonly status: 'cancelled' | 'canceling';
}

/** What follows from cancels that are committed. A message that is lost is sent again by the executor's sweeps. */
export function cancelMessages(
  cancelled: readonly CancelledExecution[],
  causeOf: (id: number) => { cause?: Cause },
): Outgoing[] {
  return cancelled.flatMap((execution) => {
    const { id, attempt, status } = execution;
    const contract = status === 'cancelled' ? executionFinished : executionCancelRequested;
    return [
      message(contract, { executionId: id, attempt }, causeOf(id)),
      ...noticeOf([executionChange(execution, { change: 'updated', status })], causeOf(id)),
    ];
  });
}
