import type { Routes, StreamEvent } from '@attune/contract';
import { getExecution, listLogChunks } from '@attune/db';
import type { Db, ExecutionLogRow } from '@attune/db';
import { isTerminalExecution } from '@attune/domain';
import type { ApiContext } from '../context.js';
import { follow } from './followers.js';
import type { LogPosition } from './log-position.js';
import { positionOf } from './log-position.js';

const chunksAtOnce = 200;

type LogEvent = StreamEvent<Routes['executions']['log']>;

export interface LogStreamOptions {
  after: LogPosition | undefined;
  signal: AbortSignal;
  /** Throws when the reader may not read any more; asked before each look and each chunk. */
  recheck: () => Promise<void>;
}

/**
 * The log from a position to its end, at the pace of its reader: of what is not read, no more than a page is held.
 * The status is read before the chunks, so that a final one is told only after everything that was written before it.
 */
export async function* followLog(
  { db, streams }: Pick<ApiContext, 'db' | 'streams'>,
  executionId: number,
  { signal, recheck, ...options }: LogStreamOptions,
): AsyncGenerator<LogEvent> {
  const follower = follow(streams.fanOut, 'execution', executionId);
  let { after } = options;
  try {
    while (!signal.aborted) {
      await recheck();
      const { status } = await getExecution(db, executionId);
      for await (const chunk of remaining(db, executionId, after)) {
        await recheck();
        after = chunk;
        yield { event: 'chunk', id: positionOf(chunk), data: shownChunk(chunk) };
      }
      if (isTerminalExecution(status)) return yield { event: 'end', data: { status } };
      await follower.changed(streams.settings.recheck_ms, signal);
    }
  } finally {
    follower.close();
  }
}

export function shownChunk(row: ExecutionLogRow) {
  return {
    position: positionOf(row),
    attempt: row.attempt,
    stream: row.stream,
    content: row.content,
    truncated: row.truncated,
    created: row.at.toISOString(),
  };
}

async function* remaining(
  db: Db,
  executionId: number,
  from: LogPosition | undefined,
): AsyncGenerator<ExecutionLogRow> {
  let after = from;
  for (;;) {
    const rows = await listLogChunks(db, executionId, { after, limit: chunksAtOnce });
    yield* rows;
    after = rows.at(-1) ?? after;
    if (rows.length < chunksAtOnce) return;
  }
}
