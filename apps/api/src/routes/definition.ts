import { changeOf } from '@attune/changes';
import type { RouteSpec } from '@attune/contract';
import { inTransaction, listDefinitionVersions, lockDefinitions } from '@attune/db';
import type { Authorship, Db, DefinitionType, Trx } from '@attune/db';
import { NotFoundError, splitRef } from '@attune/domain';
import type { Principal } from '@attune/domain';
import { definitionChanged, message } from '@attune/mq';
import type { NoticeChange, Outgoing } from '@attune/mq';
import { auditAct } from '../auth/audit-act.js';
import type { Call } from '../http/call.js';
import { isDefinitionId } from '../http/definition-address.js';
import { requireVersion } from '../http/versioning.js';
import { tellChanges } from '../streams/tell-changes.js';

interface Definition {
  id: number;
  ref: string;
  /** Of a rule, and of a pack: whose it is. */
  owner_identity?: number | null;
  installed_by?: number | null;
}

/** What a change of a definition needs of the request that asked for it. */
export type DefinitionCall = Pick<Call<RouteSpec>, 'ctx' | 'caller' | 'versioning'> & {
  readonly principal: Principal;
};

export interface DefinitionChange {
  readonly type: DefinitionType;
  readonly change: 'created' | 'updated' | 'deleted';
  readonly ref: string;
}

/** What became of a definition. */
export interface Changed<D> {
  readonly row: D;
  /** Undefined: it said all that already, and nothing was written. */
  readonly change: DefinitionChange['change'] | undefined;
  /** Of an occurrence that is not a plain change: `restored`. */
  readonly event?: string;
  /** As it is shown, without secrets. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Told after the commit, before the change itself. */
  readonly messages?: readonly Outgoing[];
}

/**
 * Reads, decides, writes and says who did it in one transaction, which holds the lock of definitions: nothing that
 * was decided on changes meanwhile. Then tells the other services. They look at the definition epoch anyway, so a
 * message that is lost costs them time only.
 */
export async function commitDefinition<D extends Definition>(
  call: DefinitionCall,
  type: DefinitionType,
  work: (trx: Trx, by: Authorship) => Promise<Changed<D>>,
): Promise<D> {
  const { ctx, principal, versioning } = call;
  const { version, ...written } = await inTransaction(ctx.db, async (trx) => {
    await lockDefinitions(trx);
    const outcome = await work(trx, { author: principal.identityId });
    if (outcome.change !== undefined) await audit(trx, call, type, outcome);
    return { ...outcome, version: await versionOf(trx, type, outcome.row.ref) };
  });
  const { row, change, messages = [] } = written;
  if (change !== undefined) {
    const body = { entityType: type, id: row.id, ref: row.ref, version, change };
    const changed = message(definitionChanged, body, { cause: call.caller.cause });
    await tellChanges(call, [noticeOf({ type, change, ref: row.ref }, row)], [...messages, changed]);
  }
  versioning.tell(version);
  return row;
}

/** For a change that is decided on by its caller. */
export async function changeDefinition<D extends Definition>(
  call: DefinitionCall,
  { type, change }: DefinitionChange,
  write: (trx: Trx, by: Authorship) => Promise<D>,
): Promise<D> {
  return commitDefinition(call, type, async (trx, by) => ({ row: await write(trx, by), change }));
}

/** With `If-Match`, a change made for another version than the present one is refused: PRECONDITION_FAILED. */
export async function requireExpectedVersion(
  db: Db,
  { versioning }: Pick<DefinitionCall, 'versioning'>,
  { type, ref }: Pick<DefinitionChange, 'type' | 'ref'>,
): Promise<void> {
  if (versioning.expected === undefined) return;
  requireVersion(versioning.expected, await versionOf(db, type, ref));
}

/** The definition a path names by ref or by id. */
export async function findDefinition<D>(
  entity: string,
  address: string,
  find: { byId: (id: number) => Promise<D | undefined>; byRef: (ref: string) => Promise<D | undefined> },
): Promise<D> {
  const isId = isDefinitionId(address);
  const row = isId ? await find.byId(Number(address)) : await find.byRef(address);
  if (row === undefined) throw noSuchDefinition(entity, address);
  return row;
}

export function noSuchDefinition(entity: string, address: string): NotFoundError {
  const isId = isDefinitionId(address);
  return new NotFoundError(entity, isId ? 'id' : 'ref', isId ? Number(address) : address);
}

/** Makes the version of a definition that is shown the ETag of the answer. */
export async function tellVersion(
  { ctx, versioning }: Pick<DefinitionCall, 'ctx' | 'versioning'>,
  type: DefinitionType,
  ref: string,
): Promise<void> {
  versioning.tell(await versionOf(ctx.db, type, ref));
}

async function versionOf(db: Db, type: DefinitionType, ref: string): Promise<number> {
  const newest = await listDefinitionVersions(db, { entityType: type, ref }, { limit: 1 });
  return newest.items[0]?.version ?? 0;
}

function audit(
  trx: Trx,
  call: DefinitionCall,
  type: DefinitionType,
  { row, change, event = change, before, after }: Changed<Definition>,
): Promise<void> {
  const isPlain = before === undefined && after === undefined;
  return auditAct(trx, call, {
    category: 'admin',
    event_type: `${type}.${event}`,
    resource: { type, id: row.id, ref: row.ref },
    details: isPlain ? null : { before: before ?? null, after: after ?? null },
  });
}

function noticeOf({ type, change, ref }: DefinitionChange, row: Definition): NoticeChange {
  const { id, owner_identity, installed_by } = row;
  const packRef = type === 'pack' ? ref : splitRef(ref).pack;
  return changeOf(type, change, {
    id,
    ref,
    packRef,
    ownerIdentityId: owner_identity ?? installed_by ?? null,
  });
}
