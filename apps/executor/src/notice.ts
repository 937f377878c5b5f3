import type { ExecutionRow } from '@attune/db';
import { message, notice } from '@attune/mq';
import type { NoticeChange, Outgoing } from '@attune/mq';

/** The one notice of a batch; nothing when nothing changed. */
export function noticeOf(changes: NoticeChange[]): readonly Outgoing[] {
  return changes.length === 0 ? [] : [message(notice, { changes })];
}

/** What subscribers are told of an execution, and need to know to be told of it only when they may. */
export function executionChange(
  execution: Pick<ExecutionRow, 'id' | 'root' | 'action_ref' | 'executor'>,
  { change, status }: Required<Pick<NoticeChange, 'change' | 'status'>>,
): NoticeChange {
  return {
    entityType: 'execution',
    entityId: execution.id,
    change,
    ref: execution.action_ref,
    packRef: packOf(execution.action_ref),
    root: execution.root,
    status,
    ...identityOf(execution.executor),
  };
}

/** The pack a component's ref belongs to. */
export function packOf(ref: string): string {
  return ref.slice(0, ref.indexOf('.'));
}

export function identityOf(id: number | null): Pick<NoticeChange, 'identityId'> {
  return id === null ? {} : { identityId: id };
}
