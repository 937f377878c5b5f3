import { insertAuditEvent, inTransaction, listDefinitionVersions } from '@attune/db';
import type { Authorship, Db, DefinitionType, Trx } from '@attune/db';
import { NotFoundError, splitRef } from '@attune/domain';
import { definitionChanged, message, notice } from '@attune/mq';
import { faultPoint } from '@attune/service';
import type { Principal } from '@attune/domain';
import type { Caller } from '../http/call.js';
import type { ApiContext } from '../context.js';

interface Definition {
  id: number;
  ref: string;
}

export interface DefinitionChange {
  ctx: ApiContext;
  principal: Principal;
  caller: Caller;
  type: DefinitionType;
  change: 'created' | 'updated';
}

/**
 * Changes a definition and says who did it in one transaction, then tells the other services. They look at
 * the definition epoch anyway, so a message that is lost costs them time only.
 */
export async function changeDefinition<D extends Definition>(
  change: DefinitionChange,
  write: (trx: Trx, by: Authorship) => Promise<D>,
): Promise<D> {
  const { ctx, principal } = change;
  const { row, version } = await inTransaction(ctx.db, async (trx) => {
    const written = await write(trx, { author: principal.identityId });
    await audit(trx, change, written);
    return { row: written, version: await versionOf(trx, change.type, written.ref) };
  });
  await faultPoint('api.request.after-commit-before-publish');
  await announce(change, row, version);
  return row;
}

/** The definition a path names by ref or by id. */
export async function findDefinition<D>(
  entity: string,
  address: string,
  find: { byId: (id: number) => Promise<D | undefined>; byRef: (ref: string) => Promise<D | undefined> },
): Promise<D> {
  const isId = /^\d{1,15}$/.test(address);
  const row = isId ? await find.byId(Number(address)) : await find.byRef(address);
  if (row === undefined) throw new NotFoundError(entity, isId ? 'id' : 'ref', address);
  return row;
}

async function audit(trx: Trx, change: DefinitionChange, row: Definition): Promise<void> {
  await insertAuditEvent(trx, {
    category: 'admin',
    event_type: `${change.type}.${change.change}`,
    outcome: 'success',
    actor_identity: change.principal.identityId,
    actor_login: change.principal.login,
    actor_token_type: change.principal.tokenKind,
    actor_ip: change.caller.address,
    request_id: change.caller.requestId,
    resource_type: change.type,
    resource_id: row.id,
    resource_ref: row.ref,
  });
}

async function versionOf(db: Db, type: DefinitionType, ref: string): Promise<number> {
  const newest = await listDefinitionVersions(db, { entityType: type, ref }, { limit: 1 });
  return newest.items[0]?.version ?? 0;
}

async function announce(
  { ctx, caller, type, change }: DefinitionChange,
  { id, ref }: Definition,
  version: number,
): Promise<void> {
  const { cause } = caller;
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
