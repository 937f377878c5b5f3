import { changeOf } from '@attune/changes';
import type { RouteSpec } from '@attune/contract';
import { findArtifact } from '@attune/db';
import type { ArtifactRow } from '@attune/db';
import type { Call } from '../http/call.js';
import { tellChanges } from '../streams/tell-changes.js';
import { artifactResource } from './artifact-resource.js';

/** After the commit. */
export async function tellArtifact(
  call: Pick<Call<RouteSpec>, 'ctx' | 'caller'>,
  change: 'created' | 'updated' | 'deleted',
  row: ArtifactRow,
): Promise<void> {
  const resource = await artifactResource(call.ctx.db, row);
  await tellChanges(call, [changeOf('artifact', change, { ...resource, id: row.id })]);
}

/** What happens to its versions is a change of the artifact. An upload takes its time: whose it is now counts. */
export async function tellVersions(
  call: Pick<Call<RouteSpec>, 'ctx' | 'caller'>,
  artifactId: number,
): Promise<void> {
  const row = await findArtifact(call.ctx.db, artifactId);
  if (row !== undefined) await tellArtifact(call, 'updated', row);
}
