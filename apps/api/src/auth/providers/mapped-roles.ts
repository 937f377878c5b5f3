type RoleMapping = Readonly<Record<string, readonly string[]>>;

/**
 * The roles that configuration gives to the members of these groups, and no other: the name of a group never is one.
 * `keyOf` makes spellings of one group equal, where a provider has several.
 */
export function mappedRoles(
  groups: readonly string[],
  mapping: RoleMapping,
  keyOf: (group: string) => string = (group) => group,
): string[] {
  const held = new Set(groups.map(keyOf));
  const given = Object.entries(mapping).filter(([group]) => held.has(keyOf(group)));
  return [...new Set(given.flatMap(([, roles]) => roles))].toSorted();
}
