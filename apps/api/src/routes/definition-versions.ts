import { getDefinitionVersion, listDefinitionVersions } from '@attune/db';
import type { Db, DefinitionVersionRow, Patch } from '@attune/db';
import { jsonDifferences } from '@attune/domain';
import { checkComponentRef } from '../definitions/component-ref.check.js';
import type { DefinitionKind, DefinitionRow } from '../definitions/definition-kind.js';
import { isDefinitionId } from '../http/definition-address.js';
import { commitDefinition, noSuchDefinition, requireExpectedVersion } from './definition.js';
import { writeDefinition } from './definition-handlers.js';
import type { AddressedCall, GuardedCall, ListCall } from './definition-handlers.js';
import { listPage } from './listing.js';

type VersionCall = GuardedCall & { readonly params: { readonly ref: string; readonly version: number } };

/** What changes from one state of a definition to the next without being what it says. */
const bookkeeping = ['id', 'created', 'updated', 'error_count', 'last_error', 'last_error_at'];

/** Handlers of the versions of a kind of definition, which outlive it. */
export function versionHandlers<
  Row extends DefinitionRow,
  Values extends { ref: string },
  Body,
  Shown extends object,
>(kind: DefinitionKind<Row, Values, Body, Shown>) {
  const content = async (call: AddressedCall, version: number) => {
    const found = await openHistory(kind, call, call.ctx.db);
    const row = await getDefinitionVersion(call.ctx.db, { entityType: kind.type, ref: found.ref, version });
    return { row, content: shownContent(kind, row, found.newest) };
  };
  return {
    versions: async (call: AddressedCall & ListCall) => {
      const { ref } = await openHistory(kind, call, call.ctx.db);
      const filter = { entityType: kind.type, ref };
      return listPage(call.query, (page) => listDefinitionVersions(call.ctx.db, filter, page), showVersion);
    },
    version: async (call: VersionCall) => {
      const { row, content: shown } = await content(call, call.params.version);
      return { ...showVersion(row), content: shown };
    },
    diff: async (
      call: AddressedCall & { readonly query: { readonly from: number; readonly to: number } },
    ) => {
      const { from, to } = call.query;
      const before = await content(call, from);
      const after = await content(call, to);
      return { from, to, changes: jsonDifferences(before.content, after.content) };
    },
    restore: (call: VersionCall) => restoreDefinition(kind, call),
  };
}

/**
 * A change to what a version says, as far as a request could say it, checked like any other: whose a definition is,
 * and what its webhook does, is not brought back. One that was deleted is created again, by who restores it.
 */
async function restoreDefinition<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
  call: VersionCall,
): Promise<Shown> {
  const { ctx, access, principal, params } = call;
  const row = await commitDefinition(call, kind.type, async (trx, by) => {
    const { ref, present } = await openHistory(kind, call, trx);
    await requireExpectedVersion(trx, call, { type: kind.type, ref });
    const { content } = await getDefinitionVersion(trx, {
      entityType: kind.type,
      ref,
      version: params.version,
    });
    const asker = { db: trx, secrets: ctx.secrets, access, principal };
    const values = pick(content, kind.fields) as Patch<Values>;
    if (present !== undefined)
      return writeDefinition(kind, asker, { before: present, values, by, event: 'restored' });
    const born = { ...kind.bornWith?.(principal), ...pick(content, ['is_adhoc']), ref };
    access.requireAlso(`${kind.resource}:create` as never, kind.resourceOf(born as object as Row));
    const faults = kind.type === 'pack' ? [] : await checkComponentRef(asker, { ref });
    const again = { ...values, ...born };
    return writeDefinition(kind, asker, { before: undefined, values: again, by, faults, event: 'restored' });
  });
  return kind.show(row);
}

interface History<Row> {
  ref: string;
  /** Undefined: it was deleted. */
  present: Row | undefined;
  /** As it is, or was at last. */
  newest: Row;
}

/** Of a definition that there is, or was, for who may read it: as it is, or as it was at last. */
async function openHistory<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
  call: AddressedCall,
  db: Db,
): Promise<History<Row>> {
  const address = call.params.ref;
  const present = isDefinitionId(address)
    ? await kind.store.find(db, Number(address))
    : await kind.store.findByRef(db, address);
  const newest = present ?? (await lastOf<Row>(db, kind.type, address));
  if (newest === undefined) throw noSuchDefinition(kind.type, address);
  call.access.require(kind.resourceOf(newest));
  return { ref: newest.ref, present, newest };
}

async function lastOf<Row>(db: Db, entityType: DefinitionVersionRow['entity_type'], ref: string) {
  const { items } = await listDefinitionVersions(db, { entityType, ref }, { limit: 1 });
  return items[0] === undefined ? undefined : rowOf<Row>(items[0]);
}

/** The row as it was, but for what is not content. */
function rowOf<Row>({ entity, content, created }: DefinitionVersionRow): Row {
  return { ...content, id: entity, created, updated: created } as Row;
}

function shownContent<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown extends object>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
  version: DefinitionVersionRow,
  newest: Row,
): Record<string, unknown> {
  const shown = kind.show(kind.hideIn?.(rowOf<Row>(version), newest) ?? rowOf<Row>(version));
  const entries = Object.entries(shown).filter(
    ([name, value]) => !bookkeeping.includes(name) && value !== undefined,
  );
  return Object.fromEntries(entries);
}

function showVersion({ version, entity, entity_ref: ref, author, created }: DefinitionVersionRow) {
  return { version, id: entity, ref, author, created: created.toISOString() };
}

function pick(content: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(content, name)).map((name) => [name, content[name]]),
  );
}
