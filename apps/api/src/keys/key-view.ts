import type { KeySummary } from '@attune/db';
import type { AccessedResource } from '@attune/domain';

/** A key as grants look at it: what `listKeys` knows by columns. */
export function keyResource(
  row: Pick<KeySummary, 'id' | 'ref' | 'owner_identity' | 'owner_type' | 'owner' | 'encrypted'>,
): AccessedResource & { id: number } {
  const { id, ref, owner_identity, owner_type, owner, encrypted } = row;
  return { id, ref, ownerIdentityId: owner_identity, ownerType: owner_type, ownerRef: owner, encrypted };
}

export function showKeySummary(row: KeySummary) {
  const { id, ref, owner_type, owner, owner_identity, owner_pack, owner_action, owner_sensor } = row;
  const refIf = (type: string) => (owner_type === type ? owner : null);
  return {
    id,
    ref,
    owner_type,
    owner,
    owner_identity,
    owner_pack,
    owner_pack_ref: refIf('pack'),
    owner_action,
    owner_action_ref: refIf('action'),
    owner_sensor,
    owner_sensor_ref: refIf('sensor'),
    name: row.name,
    description: row.description,
    encrypted: row.encrypted,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}

/** After a change: whoever made it knows the value, and nobody else shall. */
export function showKeyWithoutValue(row: KeySummary) {
  return { ...showKeySummary(row), value: null };
}
