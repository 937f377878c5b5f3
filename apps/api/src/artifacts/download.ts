import { openVersion } from '@attune/artifacts';
import type { ArtifactContext, OpenedVersion } from '@attune/artifacts';
import { mediaTypeSchema } from '@attune/contract';
import type { ArtifactRow } from '@attune/db';
import type { FileAnswer } from '../http/call.js';

const unknownType = 'application/octet-stream';

export interface DownloadRequest {
  readonly artifact: ArtifactRow;
  /** Left out: the newest. */
  readonly version?: number;
  readonly range: string | undefined;
}

/**
 * The bytes of a version, to be saved and not shown: whoever put them there chose their type, so no browser may take
 * them for a page of this origin.
 */
export async function downloadVersion(
  ctx: ArtifactContext,
  { artifact, version, range }: DownloadRequest,
): Promise<FileAnswer> {
  const opened = await openVersion(ctx, { artifact: artifact.id, version, range });
  const { contentType, content } = opened;
  return {
    content,
    contentType: mediaTypeSchema.safeParse(contentType).success ? contentType : unknownType,
    status: opened.range === undefined ? 200 : 206,
    headers: { ...extentOf(opened), ...protection, 'content-disposition': dispositionOf(artifact, opened) },
  };
}

const protection = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'private, no-store',
} as const;

function extentOf({ size, range }: OpenedVersion): Record<string, string> {
  if (range === undefined) return { 'accept-ranges': 'bytes', 'content-length': String(size) };
  const { start, end } = range;
  return {
    'accept-ranges': 'bytes',
    'content-length': String(end - start + 1),
    'content-range': `bytes ${start}-${end}/${size}`,
  };
}

/** Name and ref may be any text: the plain name keeps letters, digits and what is harmless, the other is encoded. */
function dispositionOf({ name, ref }: ArtifactRow, { version }: OpenedVersion): string {
  const last = (name ?? ref).split(/[\\/]/).at(-1) ?? '';
  const text = /^\.*$/.test(last) ? `artifact-v${version.version}` : last;
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\w .-]/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded(text)}`;
}

/** RFC 8187. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
