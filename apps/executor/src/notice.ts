import type { NoticeChange } from '@attune/mq';

/** The pack a component's ref belongs to. */
export function packOf(ref: string): string {
  return ref.slice(0, ref.indexOf('.'));
}

export function identityOf(id: number | null): Pick<NoticeChange, 'identityId'> {
  return id === null ? {} : { identityId: id };
}
