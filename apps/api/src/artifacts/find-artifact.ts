import type { RouteSpec } from '@attune/contract';
import { getArtifact } from '@attune/db';
import type { ArtifactRow } from '@attune/db';
import type { Call } from '../http/call.js';
import { artifactResource } from './artifact-resource.js';

/** The artifact that the path names by its id, for who may do to it what the route does. */
export async function allowedArtifact({
  ctx,
  params,
  access,
}: Pick<Call<RouteSpec>, 'ctx' | 'access'> & { params: { id: number } }): Promise<ArtifactRow> {
  const row = await getArtifact(ctx.db, params.id);
  access.require(await artifactResource(ctx.db, row));
  return row;
}
