import type { Db, Trx } from '../database.js';
import { inTransaction } from '../database.js';
import { statement } from '../statement.js';
import { keptFor, refreshArtifacts } from './artifact-upkeep.js';

export interface ExpiredVersion {
  artifact: number;
  version: number;
  /** Of its bytes, which are the caller's to remove; null = there are none. */
  storage_key: string | null;
}

export interface ExpiredBatch {
  /** Artifacts that were due; 0 = nothing is due any more. */
  due: number;
  versions: ExpiredVersion[];
  /** Ids of artifacts that went with their last version. */
  artifacts: number[];
}

const lockDueStatement = statement<{ id: number }>(
  'lock_due_artifacts',
  `select a.id from attune.artifact a where a.retention_due_at <= now()
order by a.retention_due_at, a.id limit $1::bigint for no key update skip locked`,
);

const expireStatement = statement<ExpiredVersion>(
  'expire_artifact_versions',
  `with due as materialized (
  select a.id, a.retention_limit, a.retention_policy = 'versions' as by_number, now() - ${keptFor} as kept_from
  from attune.artifact a where a.id = any($1::bigint[]) and a.retention_limit > 0
),
expired as materialized (
  select old.id from due d cross join lateral (
    (
      select v.id from attune.artifact_version v
      where not d.by_number and v.artifact = d.id and v.created < d.kept_from
      order by v.created limit $2::bigint
    ) union all (
      select v.id from attune.artifact_version v
      where d.by_number and v.artifact = d.id and v.version < (
        select kept.version from attune.artifact_version kept where kept.artifact = d.id
        order by kept.version desc offset d.retention_limit - 1 limit 1
      )
      order by v.version limit $2::bigint
    )
  ) old limit $2::bigint
)
delete from attune.artifact_version v using expired e where v.id = e.id
returning v.artifact, v.version, v.storage_key`,
);

const emptiedStatement = statement<{ id: number }>(
  'delete_emptied_artifacts',
  `delete from attune.artifact a
where a.id = any($1::bigint[]) and a.data is null
  and not exists (select from attune.artifact_version v where v.artifact = a.id)
returning a.id`,
);

/**
 * Removes at most `limit` versions that the retention of their artifacts no longer keeps, by the database's clock:
 * `versions` keeps the newest that exist, the others what is younger than their limit, and a limit of 0 or less
 * everything. An artifact that time has left without versions and without data goes too. Artifacts that somebody else
 * has locked are passed over; they stay due. One transaction.
 */
export async function expireArtifactVersions(db: Db, { limit }: { limit: number }): Promise<ExpiredBatch> {
  return inTransaction(db, async (trx) => {
    const due = idsOf(await lockDueStatement.run(trx, [limit]));
    if (due.length === 0) return { due: 0, versions: [], artifacts: [] };
    return expire(trx, due, limit);
  });
}

async function expire(trx: Trx, due: number[], limit: number): Promise<ExpiredBatch> {
  const versions = await expireStatement.run(trx, [due, limit]);
  const changed = [...new Set(versions.map(({ artifact }) => artifact))];
  const artifacts = idsOf(await emptiedStatement.run(trx, [changed]));
  await refreshArtifacts(trx, { locked: due, changed });
  return { due: due.length, versions, artifacts };
}

function idsOf(rows: readonly { id: number }[]): number[] {
  return rows.map(({ id }) => id);
}
