import { removeArtifact } from '@attune/artifacts';
import type { Routes } from '@attune/contract';
import {
  appendArtifactProgress,
  findArtifactByRef,
  getExecution,
  insertArtifact,
  inTransaction,
  listArtifacts,
  updateArtifact,
} from '@attune/db';
import type { ArtifactPatch, ArtifactRow, Trx } from '@attune/db';
import { NotFoundError } from '@attune/domain';
import { executionResource } from '../access/execution-resource.js';
import { artifactResource } from '../artifacts/artifact-resource.js';
import type { ArtifactStore } from '../artifacts/artifact-store.js';
import { showArtifact, showArtifactSummary } from '../artifacts/artifact-view.js';
import { downloadVersion } from '../artifacts/download.js';
import { allowedArtifact } from '../artifacts/find-artifact.js';
import { tellArtifact } from '../artifacts/tell-artifact.js';
import { auditAct } from '../auth/audit-act.js';
import type { Actor } from '../auth/audit-act.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { listPage } from './listing.js';

type ArtifactRoutes = Routes['artifacts'];
type ChangeCall = Call<ArtifactRoutes['update' | 'patch']>;

export function artifactHandlers({ storage }: ArtifactStore): GroupHandlers<ArtifactRoutes> {
  return {
    list: async ({ ctx, query, access }) => {
      const { ref, scope, owner, type, visibility, execution, name: search } = query;
      const filter = { visible: access.visible(), ref, scope, owner, type, visibility, execution, search };
      return listPage(query, (page) => listArtifacts(ctx.db, filter, page), showArtifactSummary);
    },

    ofExecution: async ({ ctx, params, query, principal, access }) => {
      const execution = await getExecution(ctx.db, params.id);
      access.require(await executionResource(ctx.db, execution, principal));
      const filter = { visible: access.visible('artifacts:read'), execution: execution.id };
      return listPage(query, (page) => listArtifacts(ctx.db, filter, page), showArtifactSummary);
    },

    create: async (call) => {
      const { ctx, body, access } = call;
      const visibility = body.visibility ?? (body.type === 'progress' ? 'public' : 'private');
      const values = { ...body, visibility };
      access.require(await artifactResource(ctx.db, values));
      return changed(call, 'created', (trx) => insertArtifact(trx, values));
    },

    get: async (call) => showArtifact(await allowedArtifact(call)),

    getByRef: async ({ ctx, params, access }) => {
      const row = await findArtifactByRef(ctx.db, params.ref, { visible: access.visible() });
      if (row === undefined) throw new NotFoundError('artifact', 'ref', params.ref);
      return showArtifact(row);
    },

    update: changeArtifact,
    patch: changeArtifact,

    setData: async (call) => {
      const { id } = await allowedArtifact(call);
      return changed(call, 'updated', (trx) => updateArtifact(trx, id, { data: call.body.data ?? null }));
    },

    appendProgress,

    delete: async (call) => {
      const row = await allowedArtifact(call);
      const alongside = (trx: Trx) => auditArtifact(trx, call, 'deleted', row);
      if (await removeArtifact({ ...call.ctx, storage }, row.id, { alongside }))
        await tellArtifact(call, 'deleted', row);
      return { success: true as const, message: `artifact ${row.id} is deleted` };
    },

    download: async (call) => {
      const artifact = await allowedArtifact(call);
      return downloadVersion({ ...call.ctx, storage }, { artifact, range: call.headers.range });
    },
  };
}

/** Nobody gives an artifact away to where they could not change it. */
async function changeArtifact(call: ChangeCall) {
  const { ctx, body, access } = call;
  const row = await allowedArtifact(call);
  const patch: ArtifactPatch = body;
  const after = { ...row, ...given(body) };
  access.requireAlso('artifacts:update', await artifactResource(ctx.db, after));
  return changed(call, 'updated', (trx) => updateArtifact(trx, row.id, patch));
}

/** Not in the audit trail: progress may come several times a second, and its entries say who works. */
async function appendProgress(call: Call<ArtifactRoutes['appendProgress']>) {
  const { id } = await allowedArtifact(call);
  const row = await appendArtifactProgress(call.ctx.db, id, call.body.entry);
  await tellArtifact(call, 'updated', row);
  return showArtifact(row);
}

async function changed(
  call: Actor & Pick<ChangeCall, 'ctx'>,
  change: 'created' | 'updated',
  write: (trx: Trx) => Promise<ArtifactRow>,
) {
  const row = await inTransaction(call.ctx.db, async (trx) => {
    const written = await write(trx);
    await auditArtifact(trx, call, change, written);
    return written;
  });
  await tellArtifact(call, change, row);
  return showArtifact(row);
}

function auditArtifact(trx: Trx, actor: Actor, change: string, { id, ref }: ArtifactRow): Promise<void> {
  const resource = { type: 'artifact', id, ref };
  return auditAct(trx, actor, { category: 'api', event_type: `artifact.${change}`, resource });
}

function given({ scope, owner, visibility }: ChangeCall['body']) {
  return {
    ...(scope === undefined ? {} : { scope }),
    ...(owner === undefined ? {} : { owner }),
    ...(visibility === undefined ? {} : { visibility }),
  };
}
