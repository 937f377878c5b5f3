import { message, notice } from '@attune/mq';
import type { NoticeChange, Outgoing } from '@attune/mq';

/** The one notice of a batch; nothing when nothing changed. */
export function noticeOf(changes: NoticeChange[]): readonly Outgoing[] {
  return changes.length === 0 ? [] : [message(notice, { changes })];
}

/** The pack a component's ref belongs to. */
export function packOf(ref: string): string {
  return ref.slice(0, ref.indexOf('.'));
}
