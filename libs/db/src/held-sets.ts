/** Ids of the permission sets of an identity, whose id the SQL given stands for: its own and those of its roles. */
export function heldSets(identity: string): string {
  return `select permset from attune.permission_assignment where identity = ${identity}
      union
      select s.permset from attune.permission_set_role s
      join attune.identity_role i on i.role = s.role where i.identity = ${identity}`;
}
