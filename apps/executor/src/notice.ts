import { changesPerNotice, executionSubject, message, notice } from '@attune/mq';
import type { NoticeChange, Outgoing, ToldExecution } from '@attune/mq';

/** The notice of a batch, several for a huge one; nothing when nothing changed. */
export function noticeOf(changes: NoticeChange[]): readonly Outgoing[] {
  const notices = Math.ceil(changes.length / changesPerNotice);
  return Array.from({ length: notices }, (_, index) => {
    const first = index * changesPerNotice;
    return message(notice, { changes: changes.slice(first, first + changesPerNotice) });
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

/** The pack a component's ref belongs to. */
export function packOf(ref: string): string {
  return ref.slice(0, ref.indexOf('.'));
}

export function identityOf(id: number | null): Pick<NoticeChange, 'identityId'> {
  return id === null ? {} : { identityId: id };
}
