import { ownerTypes } from './owner-type.js';
import type { Grant, GrantConstraints } from './grant.js';
import type { Resource } from './permissions.js';

/** Constraints that say which rows a grant is for. A grant that has one reaches private rows among them. */
const naming = [
  'pack_refs',
  'refs',
  'ids',
  'owner',
  'owner_types',
  'owner_refs',
  'visibility',
] as const satisfies readonly (keyof GrantConstraints)[];

const ownedByPacks = ['pack', 'action', 'sensor'] as const;

/** What a grant that names no rows is narrowed to; any one of these. */
type Narrowing = (packs: readonly Grant[]) => GrantConstraints[];

const narrowings: Readonly<Partial<Record<Resource, Narrowing>>> = {
  artifacts: (packs) => [{ visibility: ['public'] }, { owner: 'self' }, ...packs.flatMap(ofPack)],
  keys: () => [{ owner: 'self' }, { owner_types: ownerTypes.filter((type) => type !== 'identity') }],
};

/**
 * Artifacts and keys may be private. A grant without limits is for those that are everybody's and the caller's own:
 * public artifacts, keys that no person owns. Others need a grant that names them, if only by `owner: any`. A private
 * artifact of a pack is also reached by who holds the pack: `packs` are the grants of `packs:read` for reading and of
 * `packs:configure` for the rest.
 */
export function narrowed(grant: Grant, packs: readonly Grant[]): Grant[] {
  const narrowing = narrowings[grant.resource];
  if (narrowing === undefined || naming.some((name) => grant.constraints?.[name] !== undefined))
    return [grant];
  return narrowing(packs).map((limits) => ({ ...grant, constraints: { ...grant.constraints, ...limits } }));
}

/** What belongs to the packs of a grant, unless it looks at more of a pack than its ref. */
function ofPack({ constraints = {} }: Grant): GrantConstraints[] {
  const { pack_refs, refs, ...others } = constraints;
  if (Object.values(others).some((limit) => limit !== undefined)) return [];
  const named = pack_refs?.filter((ref) => refs?.includes(ref) !== false) ?? refs;
  return [{ owner_types: [...ownedByPacks], ...(named === undefined ? {} : { pack_refs: named }) }];
}
