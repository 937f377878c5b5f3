import type { RouteSpec } from '@attune/contract';
import { insertAuditEvent, inTransaction, listDefinitionVersions } from '@attune/db';
import type { Authorship, Db, DefinitionType, Trx } from '@attune/db';
import { NotFoundError, splitRef } from '@attune/domain';
import type { Principal } from '@attune/domain';
import { definitionChanged, message, notice } from '@attune/mq';
import { faultPoint } from '@attune/service';
import type { Call } from '../http/call.js';
import { isDefinitionId } from '../http/definition-address.js';
import { requireVersion } from '../http/versioning.js';

interface Definition {
  id: number;
  ref: string;
}

/** What a change of a definition needs of the request that asked for it. */
export type DefinitionCall = Pick<Call<RouteSpec>, 'ctx' | 'caller' | 'versioning'> & {
  readonly principal: Principal;
};

export interface DefinitionChange {
  readonly type: DefinitionType;
  readonly change: 'created' | 'updated';
  readonly ref: string;
}

/**
 * Changes a definition and says who did it in one transaction, then tells the other services. They look at
 * the definition epoch anyway, so a message that is lost costs them time only. With `If-Match`, a change made
 * for another version than the present one is undone: PRECONDITION_FAILED.
 */
export async function changeDefinition<D extends Definition>(
  call: DefinitionCall,
  change: DefinitionChange,
  write: (trx: Trx, by: Authorship) => Promise<D>,
): Promise<D> {
  const { ctx, principal, versioning } = call;
  const { row, version } = await inTransaction(ctx.db, async (trx) => {
    const before = await versionOf(trx, change.type, change.ref);
    requireVersion(versioning.expected, before);
    const written = await write(trx, { author: principal.identityId });
    const after = await versionOf(trx, change.type, change.ref);
    // Writing took the lock on definitions: a version in between is of somebody who had it first.
    if (after > before + 1) requireVersion(versioning.expected, after);
    await audit(trx, call, change, written);
    return { row: written, version: after };
  });
  await faultPoint('api.request.after-commit-before-publish');
  await announce(call, change, { id: row.id, version });
  versioning.tell(version);
  return row;
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
  if (row === undefined)
    throw new NotFoundError(entity, isId ? 'id' : 'ref', isId ? Number(address) : address);
  return row;
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

async function audit(
  trx: Trx,
  { principal, caller }: DefinitionCall,
  { type, change }: DefinitionChange,
  row: Definition,
): Promise<void> {
  await insertAuditEvent(trx, {
    category: 'admin',
    event_type: `${type}.${change}`,
    outcome: 'success',
    actor_identity: principal.identityId,
    actor_login: principal.login,
    actor_token_type: principal.tokenKind,
    actor_ip: caller.address,
    request_id: caller.requestId,
    resource_type: type,
    resource_id: row.id,
    resource_ref: row.ref,
  });
}

async function announce(
  { ctx, caller: { cause } }: DefinitionCall,
  { type, change, ref }: DefinitionChange,
  { id, version }: { id: number; version: number },
): Promise<void> {
  const packRef = type === 'pack' ? ref : splitRef(ref).pack;
  const messages = [
    message(definitionChanged, { entityType: type, id, ref, version, change }, { cause }),
    message(notice, { changes: [{ entityType: type, entityId: id, change, ref, packRef }] }, { cause }),
  ];
  await ctx.publisher.publish(messages).catch((error: unknown) => {
    ctx.log.warn(
      { event: 'definition.announce_failed', err: error, entity_type: type, ref },
      'changed but not announced; services see it by the definition epoch',
    );
  });
}
