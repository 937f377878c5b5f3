import type { NoticeChange } from '@attune/mq';

/** A change as subscribers get it. */
export interface Change extends NoticeChange {
  /** Its position, as text. */
  readonly id: string;
  /** When it was announced. */
  readonly at: Date;
}

/** The fields of a change on the wire, without those that only decide who is told. */
export function shownChange({ id, at, entityType, entityId, change, ...facts }: Change) {
  const { ref, packRef, root, status } = facts;
  return {
    id,
    at: at.toISOString(),
    entity_type: entityType,
    entity_id: entityId,
    change,
    ...(ref === undefined ? {} : { ref }),
    ...(packRef === undefined ? {} : { pack_ref: packRef }),
    ...(root === undefined ? {} : { root }),
    ...(status === undefined ? {} : { status }),
  };
}
