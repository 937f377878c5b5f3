export interface TreeMember {
  root: number;
  id: number;
}

export interface Tree {
  root: number;
  /** The smallest id of it that is to go. */
  lowest: number;
}

export interface TreeChoice {
  trees: Tree[];
  ids: number[];
  /** The only tree there is a part of: what is missing did not fit. */
  part: boolean;
  /** The first root that has to wait for the next step. */
  next: number | undefined;
}

/**
 * Which trees a step removes. `members` are those of the first of the `roots`, cut off at some number; a tree is whole
 * when its root is among them. A part is taken only of the first, when that alone is too large.
 */
export function wholeTrees(roots: readonly number[], members: readonly TreeMember[]): TreeChoice {
  const idsOf = new Map<number, number[]>();
  for (const { root, id } of members) {
    const ids = idsOf.get(root);
    if (ids === undefined) idsOf.set(root, [id]);
    else ids.push(id);
  }
  const whole = [...idsOf].filter(([root, ids]) => ids.includes(root));
  const chosen = whole.length > 0 ? whole : [...idsOf].slice(0, 1);
  const isChosen = new Set(chosen.map(([root]) => root));
  return {
    trees: chosen.map(([root, ids]) => ({ root, lowest: Math.min(...ids) })),
    ids: chosen.flatMap(([, ids]) => ids),
    part: whole.length === 0,
    next: roots.find((root) => !isChosen.has(root)),
  };
}
