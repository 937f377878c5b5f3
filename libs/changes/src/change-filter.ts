import type { NoticeChange } from '@attune/mq';

/** What a subscription asks for; everything given must hold. */
export interface ChangeFilter {
  readonly entityTypes?: readonly string[];
  readonly entityId?: number;
  /** Execution at the top of a tree: itself and everything below. */
  readonly root?: number;
  /** Exact, or with a trailing `*` the beginning. */
  readonly ref?: string;
  /** Belonging to this identity, or waiting for it. */
  readonly identityId?: number;
}

export function matches(filter: ChangeFilter, change: NoticeChange): boolean {
  return (
    (filter.entityTypes?.includes(change.entityType) ?? true) &&
    (filter.entityId ?? change.entityId) === change.entityId &&
    (filter.root ?? change.root) === change.root &&
    (filter.identityId ?? change.identityId) === change.identityId &&
    matchesRef(filter.ref, change.ref)
  );
}

function matchesRef(wanted: string | undefined, ref: string | undefined): boolean {
  if (wanted === undefined || wanted === ref) return true;
  return wanted.endsWith('*') && ref?.startsWith(wanted.slice(0, -1)) === true;
}
