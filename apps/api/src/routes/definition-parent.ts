import type { Permission } from '@attune/domain';
import type { DefinitionKind, DefinitionRow } from '../definitions/definition-kind.js';
import { noSuchDefinition } from './definition.js';
import { loadDefinition } from './definition-handlers.js';
import type { ListCall } from './definition-handlers.js';

/** The ref of what a list is of: `/packs/{ref}/rules`. Who may not read it is told that there is none. */
export async function parentRef<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  kind: Pick<DefinitionKind<Row, Values, Body, Shown>, 'type' | 'resource' | 'store' | 'resourceOf'>,
  { ctx, access, params }: ListCall & { readonly params: { readonly ref: string } },
): Promise<string> {
  const row = await loadDefinition(kind, ctx.db, params.ref);
  const permission = `${kind.resource}:read` as Permission;
  if (!access.allows(permission, kind.resourceOf(row))) throw noSuchDefinition(kind.type, params.ref);
  return row.ref;
}
