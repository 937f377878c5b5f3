import { removeVersion, storeContent } from '@attune/artifacts';
import { mediaTypeSchema } from '@attune/contract';
import type { Routes } from '@attune/contract';
import {
  ensureArtifact,
  findArtifactVersionByNumber,
  findLatestArtifactVersion,
  insertArtifactVersion,
  inTransaction,
  listArtifactVersions,
} from '@attune/db';
import type { ArtifactRow, ArtifactVersionRow, Db, NewArtifactVersion, Trx } from '@attune/db';
import { NotFoundError } from '@attune/domain';
import { artifactResource } from '../artifacts/artifact-resource.js';
import type { ArtifactStore } from '../artifacts/artifact-store.js';
import { showVersion, showVersionSummary } from '../artifacts/artifact-view.js';
import { downloadVersion } from '../artifacts/download.js';
import { allowedArtifact } from '../artifacts/find-artifact.js';
import { tellArtifact, tellVersions } from '../artifacts/tell-artifact.js';
import { auditAct } from '../auth/audit-act.js';
import type { Actor } from '../auth/audit-act.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { listPage } from './listing.js';

type VersionRoutes = Routes['artifactVersions'];
type UploadCall = Call<VersionRoutes['upload']>;
type UploadByRefCall = Call<VersionRoutes['uploadByRef']>;

export function artifactVersionHandlers(store: ArtifactStore): GroupHandlers<VersionRoutes> {
  return { ...recordHandlers, ...byteHandlers(store) };
}

type ByteRoutes = Pick<VersionRoutes, 'upload' | 'uploadByRef' | 'download' | 'delete'>;

const recordHandlers: GroupHandlers<Omit<VersionRoutes, keyof ByteRoutes>> = {
  list: async (call) => {
    const { id: artifact } = await allowedArtifact(call);
    const list = listArtifactVersions;
    return listPage(call.query, (page) => list(call.ctx.db, { artifact }, page), showVersionSummary);
  },

  create: async (call) => {
    const { id: artifact } = await allowedArtifact(call);
    const { content, ...details } = call.body;
    const values = { ...details, artifact, content_json: content };
    const version = await inTransaction(call.ctx.db, (trx) => addVersion(trx, call, values));
    await tellVersions(call, artifact);
    return showVersion(version);
  },

  latest: async (call) => {
    const { id } = await allowedArtifact(call);
    return showVersion((await findLatestArtifactVersion(call.ctx.db, id)) ?? missing('artifact', id));
  },

  get: async (call) => {
    const { id } = await allowedArtifact(call);
    return showVersion(await versionOf(call.ctx.db, id, call.params.version));
  },
};

function byteHandlers({ storage, maxUploadBytes: limit }: ArtifactStore): GroupHandlers<ByteRoutes> {
  return {
    upload: async (call) => {
      const { id: artifact } = await allowedArtifact(call);
      const { content } = call.upload;
      const version = await storeContent({ ...call.ctx, storage }, { content, limit }, (trx, stored) =>
        addVersion(trx, call, { ...stored, ...detailsOf(call), artifact }),
      );
      await tellVersions(call, artifact);
      return showVersion(version);
    },

    /** The bytes come first: what is wanted of an artifact that has to be made may stand behind them. */
    uploadByRef: async (call) => {
      const visible = call.access.visible();
      const { content } = call.upload;
      const { artifact, created, version } = await storeContent(
        { ...call.ctx, storage },
        { content, limit },
        async (trx, stored) => {
          const wanted = { ...artifactOf(call), ref: call.params.ref };
          const ensured = await ensureArtifact(trx, wanted, { visible });
          if (ensured.created) await allowCreation(trx, call, ensured.artifact);
          const values = { ...stored, ...detailsOf(call), artifact: ensured.artifact.id };
          return { ...ensured, version: await addVersion(trx, call, values) };
        },
      );
      await tellArtifact(call, created ? 'created' : 'updated', artifact);
      return showVersion(version);
    },

    download: async (call) => {
      const artifact = await allowedArtifact(call);
      const { version } = call.params;
      return downloadVersion({ ...call.ctx, storage }, { artifact, version, range: call.headers.range });
    },

    delete: async (call) => {
      const { id: artifact } = await allowedArtifact(call);
      const { version } = call.params;
      const alongside = (trx: Trx) => auditVersion(trx, call, 'deleted', { artifact, version });
      const ctx = { ...call.ctx, storage };
      if (!(await removeVersion(ctx, { artifact, version }, { alongside }))) missing('version', version);
      await tellVersions(call, artifact);
      return { success: true as const, message: `version ${version} of artifact ${artifact} is deleted` };
    },
  };
}

async function allowCreation(trx: Trx, call: UploadByRefCall, artifact: ArtifactRow): Promise<void> {
  const resource = await artifactResource(trx, artifact);
  call.access.requireAlso('artifacts:create', resource);
  call.access.requireAlso('artifacts:update', resource);
  const { id, ref } = artifact;
  const act = {
    category: 'api',
    event_type: 'artifact.created',
    resource: { type: 'artifact', id, ref },
  } as const;
  await auditAct(trx, call, act);
}

async function addVersion(trx: Trx, call: Actor, values: NewArtifactVersion): Promise<ArtifactVersionRow> {
  const version = await insertArtifactVersion(trx, { ...values, created_by: call.principal.login });
  await auditVersion(trx, call, 'created', version);
  return version;
}

function auditVersion(
  trx: Trx,
  actor: Actor,
  change: 'created' | 'deleted',
  { artifact, version }: { artifact: number; version: number },
): Promise<void> {
  const resource = { type: 'artifact', id: artifact };
  const event_type = `artifact.version_${change}`;
  return auditAct(trx, actor, { category: 'api', event_type, resource, details: { version } });
}

/** What the sender says of the file; a type that is none stays unsaid. */
function detailsOf({ upload, principal }: UploadCall | UploadByRefCall) {
  const { content_type, execution = principal.executionId, meta } = upload.fields;
  const type = content_type ?? upload.contentType;
  return { content_type: mediaTypeSchema.safeParse(type).data, execution, meta };
}

function artifactOf({ upload: { fields } }: UploadByRefCall) {
  const { type, scope, owner, name, description, retention_policy, retention_limit } = fields;
  const visibility = fields.visibility ?? 'private';
  return { type, scope, owner, visibility, name, description, retention_policy, retention_limit };
}

async function versionOf(db: Db, artifact: number, version: number): Promise<ArtifactVersionRow> {
  return (await findArtifactVersionByNumber(db, artifact, version)) ?? missing('version', version);
}

function missing(field: string, value: number): never {
  throw new NotFoundError('artifact_version', field, value);
}
