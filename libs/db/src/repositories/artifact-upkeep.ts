import type { Trx } from '../database.js';
import { statement } from '../statement.js';

/**
 * How long a policy by time keeps the versions of artifact `a`. More than 3,000 years are that: PostgreSQL has no
 * dates beyond.
 */
export const keptFor = `make_interval(secs => least(a.retention_limit::float8
    * case a.retention_policy when 'days' then 86400 when 'hours' then 3600 else 60 end, 1e11))`;

const lockStatement = statement(
  'lock_artifact',
  `select a.id from attune.artifact a where a.id = $1::bigint for no key update`,
);

const refreshStatement = statement(
  'refresh_artifacts',
  `update attune.artifact a set
  size_bytes = newest.size_bytes,
  content_type = case when newest.id is null then a.content_type else newest.content_type end,
  retention_due_at = case
    when newest.id is null or a.retention_limit <= 0 then null
    when a.retention_policy = 'versions' then (
      select now() from attune.artifact_version v where v.artifact = a.id
      order by v.version desc offset a.retention_limit limit 1)
    else ${keptFor} + (select min(v.created) from attune.artifact_version v where v.artifact = a.id)
  end,
  updated = case when a.id = any($2::bigint[]) then now() else a.updated end
from attune.artifact same left join lateral (
  select v.id, v.size_bytes, v.content_type from attune.artifact_version v where v.artifact = same.id
  order by v.version desc limit 1
) newest on true
where same.id = any($1::bigint[]) and a.id = same.id`,
);

/**
 * Versions of an artifact come and go while its row is locked. What is read of them afterwards is how they are: each
 * statement of the transaction sees what was committed before it.
 */
export async function lockArtifact(trx: Trx, id: number): Promise<void> {
  await lockStatement.run(trx, [id]);
}

/** What locked artifacts say of their versions, after some of those of `changed` went. */
export async function refreshArtifacts(
  trx: Trx,
  { locked, changed }: { locked: readonly number[]; changed: readonly number[] },
): Promise<void> {
  await refreshStatement.run(trx, [[...locked], [...changed]]);
}
