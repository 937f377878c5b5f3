import type { AccessedResource, ReadableEntity } from '@attune/domain';
import type { NoticeChange } from '@attune/mq';

/** A row as grants look at it. */
export type ChangedResource = AccessedResource & { readonly id: number };

/**
 * What is told of a changed row: all that grants may be limited by, so that `mayRead` decides on it as the API does on
 * the row, and nothing that the row holds. The runs above one are not told of here, but by the root and the parent of
 * an execution.
 */
export function changeOf(
  entityType: ReadableEntity,
  change: NoticeChange['change'],
  resource: ChangedResource,
): NoticeChange {
  const { id, ref, packRef, ownerIdentityId, ownerType, ownerRef, visibility, encrypted } = resource;
  const told = {
    ref,
    packRef: packRef ?? undefined,
    execution: resource.executionId,
    identityId: ownerIdentityId ?? undefined,
    ownerType,
    ownerRef: ownerRef ?? undefined,
    visibility,
    encrypted,
  };
  const known = Object.entries(told).filter(([, value]) => value !== undefined);
  return { entityType, entityId: id, change, ...(Object.fromEntries(known) as Partial<NoticeChange>) };
}
