import type { ArtifactRow, ArtifactVersionRow, ArtifactVersionSummary } from '@attune/db';

export function showArtifactSummary(row: ArtifactRow) {
  const { id, ref, type, scope, owner, visibility, retention_policy, retention_limit } = row;
  return {
    id,
    ref,
    type,
    scope,
    owner,
    visibility,
    retention_policy,
    retention_limit,
    name: row.name,
    description: row.description,
    content_type: row.content_type,
    size_bytes: row.size_bytes,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}

export function showArtifact(row: ArtifactRow) {
  return { ...showArtifactSummary(row), data: row.data };
}

/** Where the bytes are is nobody's business. */
export function showVersionSummary(row: ArtifactVersionSummary) {
  const { id, artifact, version, execution, content_type, size_bytes, checksum, meta, created_by } = row;
  return {
    id,
    artifact,
    version,
    execution,
    content_type,
    size_bytes,
    checksum,
    meta,
    created_by,
    created: row.created.toISOString(),
  };
}

export function showVersion(row: ArtifactVersionRow) {
  return {
    ...showVersionSummary(row),
    ...(row.storage_key === null ? { content_json: row.content_json } : {}),
  };
}
