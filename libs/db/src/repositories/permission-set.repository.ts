import type { Grant } from '@attune/domain';
import { sql } from 'kysely';
import { definitionTable } from '../definition-table.js';
import type { Condition } from '../filter.js';
import { containsWords, matchesRef, oneOf } from '../filter.js';
import { byRef } from '../page.js';
import type { PermissionSetRow } from '../schema/index.js';
import { listOf } from '../table.js';

export interface NewPermissionSet {
  ref: string;
  label?: string | null | undefined;
  description?: string | null | undefined;
  grants?: readonly Grant[] | undefined;
  /** Made by a person, not by the files of the pack: survives updates of the pack. */
  is_adhoc?: boolean | undefined;
}

export interface PermissionSetFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  /** Any of these; an empty list matches nothing. */
  refs?: readonly string[] | undefined;
  /** Id of an identity it is assigned to directly. */
  identity?: number | undefined;
  /** It belongs to one of these roles at least; an empty list matches nothing. */
  roles?: readonly string[] | undefined;
  /** Words that must all occur in ref, label or description. */
  search?: string | undefined;
}

const permissionSets = definitionTable<PermissionSetRow, NewPermissionSet>('permission_set');

export const insertPermissionSet = permissionSets.insert;

export const findPermissionSet = permissionSets.find;

export const findPermissionSetByRef = permissionSets.findByRef;

export const getPermissionSet = permissionSets.get;

export const getPermissionSetByRef = permissionSets.getByRef;

/** By ref. */
export const listPermissionSets = listOf<PermissionSetRow, PermissionSetFilter>('permission_set', {
  order: byRef('permission_set'),
  limits: { id: 'permission_set.id', ref: 'permission_set.ref' },
  conditions: (filter) => [
    matchesRef('permission_set.ref', filter.ref),
    oneOf('permission_set.ref', filter.refs, 'text'),
    matchesRef('permission_set.pack_ref', filter.pack_ref),
    isAssignedTo(filter.identity),
    isOfRoles(filter.roles),
    containsWords(
      ['permission_set.ref', 'permission_set.label', 'permission_set.description'],
      filter.search,
    ),
  ],
});

export const updatePermissionSet = permissionSets.update;

/** With its assignments. */
export const deletePermissionSet = permissionSets.delete;

export const restorePermissionSet = permissionSets.restore;

function isAssignedTo(identity: number | undefined): Condition {
  if (identity === undefined) return undefined;
  return sql<boolean>`permission_set.id in (
    select a.permset from attune.permission_assignment a where a.identity = ${identity})`;
}

function isOfRoles(roles: readonly string[] | undefined): Condition {
  if (roles === undefined) return undefined;
  return sql<boolean>`permission_set.id in (
    select r.permset from attune.permission_set_role r where r.role = any(${[...roles]}::text[]))`;
}
