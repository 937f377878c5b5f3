import { findIdentityByLogin } from '@attune/db';
import type { Db } from '@attune/db';
import type { AccessedResource, ArtifactVisibility, OwnerType } from '@attune/domain';

interface OwnedArtifact {
  id?: number;
  ref: string;
  scope: OwnerType;
  owner: string;
  visibility: ArtifactVisibility;
}

/** An artifact as grants look at it: what `listArtifacts` knows by columns. */
export async function artifactResource(db: Db, artifact: OwnedArtifact): Promise<AccessedResource> {
  const { id, ref, scope, owner, visibility } = artifact;
  const identity = scope === 'identity' ? await findIdentityByLogin(db, owner) : undefined;
  const isOfPack = scope === 'pack' || scope === 'action' || scope === 'sensor';
  return {
    ...(id === undefined ? {} : { id }),
    ref,
    packRef: isOfPack ? (owner.split('.', 1)[0] ?? null) : null,
    ownerIdentityId: identity?.id ?? null,
    ownerType: scope,
    ownerRef: owner,
    visibility,
  };
}
