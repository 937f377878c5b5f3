import type { Db } from '../database.js';
import { storableText, toJson } from '../json.js';
import type { ExecutionLogRow } from '../schema/index.js';
import { statement } from '../statement.js';

export interface LogChunk {
  execution_id: number;
  attempt: number;
  /** From 1, over all streams of the attempt. */
  sequence: number;
  stream: ExecutionLogRow['stream'];
  content: string;
  /** Output was left out after this chunk. */
  truncated?: boolean | undefined;
}

export interface LogPosition {
  attempt: number;
  sequence: number;
}

const appendStatement = statement<never>(
  'append_log_chunks',
  `insert into attune.execution_log (execution, attempt, sequence, stream, content, truncated)
select execution_id, attempt, sequence, stream, content, coalesce(truncated, false)
from jsonb_to_recordset($1::jsonb) as i(
  execution_id bigint, attempt integer, sequence integer, stream text, content text, truncated boolean
)
order by execution_id, attempt, sequence
on conflict do nothing`,
  { keepPlan: true },
);

/** Idempotent: a chunk that is there stays as it is. */
export async function appendLogChunks(db: Db, chunks: readonly LogChunk[]): Promise<void> {
  if (chunks.length === 0) return;
  const input = chunks.map((chunk) => ({ ...chunk, content: storableText(chunk.content) }));
  await appendStatement.run(db, [toJson(input)]);
}

/** In order of attempt and sequence, after the position that was seen last. */
export async function listLogChunks(
  db: Db,
  executionId: number,
  options: { after?: LogPosition | undefined; limit: number },
): Promise<ExecutionLogRow[]> {
  const { after = { attempt: 0, sequence: 0 }, limit } = options;
  return db
    .selectFrom('execution_log')
    .selectAll()
    .where('execution', '=', executionId)
    .where(({ eb, refTuple, tuple }) =>
      eb(refTuple('attempt', 'sequence'), '>', tuple(after.attempt, after.sequence)),
    )
    .orderBy('attempt')
    .orderBy('sequence')
    .limit(limit)
    .execute();
}
