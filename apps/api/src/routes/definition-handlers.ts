import type { RouteSpec } from '@attune/contract';
import type { Authorship, Db, Patch, Trx } from '@attune/db';
import { isDeepEqual, ValidationError } from '@attune/domain';
import type { ErrorDetail, Principal } from '@attune/domain';
import { checkComponentRef } from '../definitions/component-ref.check.js';
import type { Asker, DefinitionKind, DefinitionRow, Draft } from '../definitions/definition-kind.js';
import type { Call } from '../http/call.js';
import type { PageQuery } from '../http/page.js';
import { commitDefinition, findDefinition, requireExpectedVersion, tellVersion } from './definition.js';
import type { Changed } from './definition.js';
import { listPage } from './listing.js';

/** A request of whoever is logged in. */
export type GuardedCall = Pick<Call<RouteSpec>, 'ctx' | 'caller' | 'versioning' | 'access'> & {
  readonly principal: Principal;
};
export type AddressedCall = GuardedCall & { readonly params: { readonly ref: string } };
export type ListCall = Pick<GuardedCall, 'ctx' | 'access'> & { readonly query: PageQuery };
type NewBody<Body> = Body & { readonly ref: string; readonly pack_ref?: string | undefined };

/** Handlers of the routes that are alike for every kind of definition. */
export function definitionHandlers<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
) {
  const update = async (call: AddressedCall & { readonly body: Body }) =>
    kind.show(await updateDefinition(kind, call, (asker, before) => kind.valuesOf(call.body, asker, before)));
  return {
    list: (call: ListCall) => listDefinitions(kind, call, filterOf(call.query)),
    get: async (call: AddressedCall): Promise<Shown> => {
      const row = await loadDefinition(kind, call.ctx.db, call.params.ref);
      call.access.require(kind.resourceOf(row));
      await tellVersion(call, kind.type, row.ref);
      return kind.show(row);
    },
    create: (call: GuardedCall & { readonly body: NewBody<Body> }) => createDefinition(kind, call),
    update,
    updateByPut: update,
    delete: (call: AddressedCall) => deleteDefinition(kind, call),
  };
}

/** Handlers of definitions that are on or off. */
export function switchHandlers<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
) {
  const turn = (enabled: boolean) => async (call: AddressedCall) => {
    const values: object = { enabled };
    return kind.show(await updateDefinition(kind, call, () => values as Patch<Values>));
  };
  return {
    listEnabled: (call: ListCall) => listDefinitions(kind, call, { enabled: true }),
    enable: turn(true),
    disable: turn(false),
  };
}

export async function loadDefinition<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  { type, store }: Pick<DefinitionKind<Row, Values, Body, Shown>, 'type' | 'store'>,
  db: Db,
  address: string,
): Promise<Row> {
  return findDefinition(type, address, {
    byId: (id) => store.find(db, id),
    byRef: (ref) => store.findByRef(db, ref),
  });
}

/** One page of those that the caller may read. */
export function listDefinitions<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  { store, show }: Pick<DefinitionKind<Row, Values, Body, Shown>, 'store' | 'show'>,
  { ctx, access, query }: ListCall,
  filter: object,
) {
  const limited = { ...filter, visible: access.visible() };
  return listPage(query, (page) => store.list(ctx.db, limited, page), show);
}

/** What a list is asked for besides its page. */
export function filterOf<Query extends PageQuery>({
  page: _page,
  page_size: _size,
  per_page: _perPage,
  cursor: _cursor,
  include_total: _total,
  ...filter
}: Query) {
  return filter;
}

/** The change, decided on and written under the lock; one that changes nothing is not one. */
export async function writeDefinition<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
  asker: Asker,
  change: {
    before: Row | undefined;
    values: Patch<Values>;
    by: Authorship;
    faults?: readonly ErrorDetail[];
    event?: string;
  },
): Promise<Changed<Row>> {
  const { before, values, by, faults = [], ...rest } = change;
  const draft = draftOf(before, values);
  if (before !== undefined && draft.changed.size === 0) return { row: before, change: undefined };
  const details = [...faults, ...(await kind.check(asker, draft))];
  if (details.length > 0) {
    const verb = before === undefined ? 'create' : 'change';
    throw new ValidationError(`cannot ${verb} ${kind.type} ${draft.after.ref}`, { details });
  }
  const row = await storeDefinition(kind, asker, { draft, values, by });
  return {
    ...rest,
    row,
    change: before === undefined ? 'created' : 'updated',
    ...(before === undefined ? {} : { before: kind.show(before) }),
    after: kind.show(row),
  };
}

async function storeDefinition<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
  { db, secrets, principal }: Asker,
  { draft, values, by }: { draft: Draft<Row, Values>; values: Patch<Values>; by: Authorship },
): Promise<Row> {
  const stored = { ...values, ...kind.sealed?.(draft, secrets) };
  if (draft.before === undefined) return kind.store.insert(db, stored as Values, by);
  const following = kind.followsFrom?.(draft, principal);
  return kind.store.update(db, draft.before.id, { ...stored, ...following }, by);
}

async function createDefinition<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
  call: GuardedCall & { readonly body: NewBody<Body> },
): Promise<Shown> {
  const { ctx, body, access, principal } = call;
  const row = await commitDefinition(call, kind.type, async (trx, by) => {
    const asker = { db: trx, secrets: ctx.secrets, access, principal };
    const born = { ...kind.bornWith?.(principal), ref: body.ref };
    access.require(kind.resourceOf(born as object as Row));
    const faults = kind.type === 'pack' ? [] : await checkComponentRef(asker, body);
    const values = { ...(await kind.valuesOf(body, asker, undefined)), ...born };
    return writeDefinition(kind, asker, { before: undefined, values, by, faults });
  });
  return kind.show(row);
}

/** `valuesOf` says the columns of the change, under the lock. */
export async function updateDefinition<
  Row extends DefinitionRow,
  Values extends { ref: string },
  Body,
  Shown,
>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
  call: AddressedCall,
  valuesOf: (asker: Asker, before: Row) => Patch<Values> | Promise<Patch<Values>>,
): Promise<Row> {
  const { ctx, access, principal } = call;
  return commitDefinition(call, kind.type, async (trx, by) => {
    const asker = { db: trx, secrets: ctx.secrets, access, principal };
    const before = await openDefinition(kind, call, trx);
    return writeDefinition(kind, asker, { before, values: await valuesOf(asker, before), by });
  });
}

/** `remove` deletes more than the row, or says why not. */
export async function deleteDefinition<
  Row extends DefinitionRow,
  Values extends { ref: string },
  Body,
  Shown,
>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
  call: AddressedCall,
  remove: (trx: Trx, row: Row) => Promise<Pick<Changed<Row>, 'messages'> | boolean> = (trx, row) =>
    kind.store.delete(trx, row.id),
): Promise<{ success: true; message: string }> {
  const { ref } = await commitDefinition(call, kind.type, async (trx) => {
    const row = await openDefinition(kind, call, trx);
    const removed = await remove(trx, row);
    const more = typeof removed === 'boolean' ? {} : removed;
    return { ...more, row, change: 'deleted', before: kind.show(row) };
  });
  return { success: true, message: `${kind.type} ${ref} deleted` };
}

/** The one to be changed, by who may, in the version that was meant. */
async function openDefinition<Row extends DefinitionRow, Values extends { ref: string }, Body, Shown>(
  kind: DefinitionKind<Row, Values, Body, Shown>,
  call: AddressedCall,
  db: Db,
): Promise<Row> {
  const row = await loadDefinition(kind, db, call.params.ref);
  call.access.require(kind.resourceOf(row));
  await requireExpectedVersion(db, call, { type: kind.type, ref: row.ref });
  return row;
}

function draftOf<Row extends DefinitionRow, Values>(
  before: Row | undefined,
  values: Patch<Values>,
): Draft<Row, Values> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const changed = given.filter(
    ([name, value]) => before === undefined || !isDeepEqual(columnOf(before, name), value),
  );
  return {
    before,
    after: { ...before, ...Object.fromEntries(given) } as object as Values,
    changed: new Set(changed.map(([name]) => name)),
  };
}

function columnOf(row: object, name: string): unknown {
  return (row as Record<string, unknown>)[name];
}
