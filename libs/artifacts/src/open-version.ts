import { Readable } from 'node:stream';

import { findArtifactVersion, findArtifactVersionByNumber, findLatestArtifactVersion } from '@attune/db';
import type { ArtifactVersionRow, ArtifactVersionSummary } from '@attune/db';
import { InvalidStateError, NotFoundError } from '@attune/domain';

import type { ArtifactContext } from './artifact-context.js';
import { parseRange } from './byte-range.js';
import type { ByteRange } from './byte-range.js';

export interface VersionRequest {
  readonly artifact: number;
  /** Left out = the newest. */
  readonly version?: number | undefined;
  /** A Range header. */
  readonly range?: string | undefined;
}

export interface OpenedVersion {
  readonly version: ArtifactVersionSummary;
  readonly contentType: string;
  /** Of the whole content, in bytes. */
  readonly size: number;
  /** What `content` holds of it; absent = the whole. */
  readonly range?: ByteRange;
  /** Consume or destroy it. */
  readonly content: Readable;
}

type Reading = Pick<ArtifactContext, 'db' | 'storage'>;

/**
 * The content of a version, bytes or JSON, as a stream. NotFoundError when there is no such version, and
 * RangeNotSatisfiableError when the range lies outside of it. A version that is removed meanwhile is read to its end or
 * not begun.
 */
export async function openVersion(ctx: Reading, request: VersionRequest): Promise<OpenedVersion> {
  const { content_json, ...version } = await getVersion(ctx, request);
  if (version.storage_key === null) return openJson(version, content_json, request.range);
  const size = version.size_bytes ?? 0;
  const range = parseRange(request.range, size);
  const content = await openBytes(ctx, version, range);
  const contentType = version.content_type ?? 'application/octet-stream';
  return { version, contentType, size, content, ...(range && { range }) };
}

async function getVersion(
  { db }: Reading,
  { artifact, version }: VersionRequest,
): Promise<ArtifactVersionRow> {
  const row = await (version === undefined
    ? findLatestArtifactVersion(db, artifact)
    : findArtifactVersionByNumber(db, artifact, version));
  return row ?? notFound(artifact, version);
}

function openJson(
  version: ArtifactVersionSummary,
  content: unknown,
  header: string | undefined,
): OpenedVersion {
  const bytes = Buffer.from(JSON.stringify(content));
  const range = parseRange(header, bytes.length);
  const part = range === undefined ? bytes : bytes.subarray(range.start, range.end + 1);
  return {
    version,
    contentType: version.content_type ?? 'application/json',
    size: bytes.length,
    content: Readable.from([part], { objectMode: false }),
    ...(range && { range }),
  };
}

async function openBytes(
  { db, storage }: Reading,
  { id, artifact, version, storage_key }: ArtifactVersionSummary,
  range: ByteRange | undefined,
): Promise<Readable> {
  try {
    return await storage.open(storage_key ?? '', range);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    if ((await findArtifactVersion(db, id)) === undefined) return notFound(artifact, version);
    const message = `cannot open version ${version} of artifact ${artifact}: its bytes are missing`;
    throw new InvalidStateError(message, { cause: error });
  }
}

function notFound(artifact: number, version: number | undefined): never {
  if (version === undefined) throw new NotFoundError('artifact_version', 'artifact', artifact);
  throw new NotFoundError('artifact_version', 'version', version);
}
