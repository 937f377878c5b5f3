import { ownerTypes } from './owner-type.js';
import type { Grant, GrantConstraints } from './grant.js';
import type { Resource } from './permissions.js';

/*
 * Artifacts and keys may be private. A grant that names no rows is for those that are everybody's and for the caller's
 * own: public artifacts, keys that no person owns. Others need a grant that names them, if only by `owner: any`. A
 * private artifact of a pack is also reached by who holds the pack: by `packs:read` for reading, by `packs:configure`
 * for the rest.
 */

/** Constraints that say which rows a grant is for. */
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

/** What a grant that names no rows is limited to; any one of these. `packs` are grants that hold a pack. */
type Narrowing = (packs: readonly Grant[]) => GrantConstraints[];

const narrowings: Readonly<Partial<Record<Resource, Narrowing>>> = {
  artifacts: (packs) => [{ visibility: ['public'] }, { owner: 'self' }, ...packs.flatMap(ofPack)],
  keys: () => [{ owner: 'self' }, { owner_types: ownerTypes.filter((type) => type !== 'identity') }],
};

/** Whether the grant reaches whatever it names, private or not. */
export function namesRows({ resource, constraints }: Grant): boolean {
  return narrowings[resource] === undefined || naming.some((name) => constraints?.[name] !== undefined);
}

/** What a grant lets through for one of its actions, in grants that all name their rows. `all` are its holder's. */
export function narrowed(grant: Grant, action: string, all: readonly Grant[]): Grant[] {
  const narrowing = narrowings[grant.resource];
  if (narrowing === undefined || namesRows(grant)) return [grant];
  const needed = action === 'read' ? 'read' : 'configure';
  const packs = all.filter(({ resource, actions }) => resource === 'packs' && actions.includes(needed));
  return narrowing(packs).map((limits) => ({ ...grant, constraints: { ...grant.constraints, ...limits } }));
}

/** The same for each of its actions. */
export function narrowedByAction(grant: Grant, all: readonly Grant[]): Grant[] {
  if (namesRows(grant)) return [grant];
  return grant.actions.flatMap((action) => narrowed({ ...grant, actions: [action] }, action, all));
}

/** What belongs to the packs of a grant, unless it looks at more of a pack than its ref. */
function ofPack({ constraints = {} }: Grant): GrantConstraints[] {
  const { pack_refs, refs, ...others } = constraints;
  if (Object.values(others).some((limit) => limit !== undefined)) return [];
  const named = pack_refs?.filter((ref) => refs?.includes(ref) !== false) ?? refs;
  return [{ owner_types: [...ownedByPacks], ...(named === undefined ? {} : { pack_refs: named }) }];
}
