import { appendLogChunks } from '@attune/db';
import type { Db, LogChunk } from '@attune/db';
import { message, notice } from '@attune/mq';
import type { ExecutionSubject, NoticeChange, Publisher } from '@attune/mq';
import type { Log } from '@attune/service';
import { persist } from '../persist.js';
import type { Session } from '../presence/session.js';
import type { OutputSink } from '../runtimes/runtime.js';
import { RunLog, largestChunk } from './run-log.js';

const flushEveryMs = 200;
/** Characters in one statement. */
const largestFlush = 1024 * 1024;
/** From here on programs are held back. */
const highWater = 4 * 1024 * 1024;

export interface LoggedRun {
  readonly executionId: number;
  readonly attempt: number;
  /** For those who follow it. */
  readonly subject: ExecutionSubject;
  readonly session: Session;
  readonly secrets: readonly string[];
}

export interface RunOutput extends OutputSink {
  /** A line of the worker itself. */
  note(text: string): void;
  /** Resolves when all of the output is stored, or the session is over. */
  close(): Promise<void>;
}

interface OpenLog {
  readonly run: LoggedRun;
  readonly log: RunLog;
}

/**
 * Writes the output of all runs: one statement and one notice for whatever came within 200 ms, sooner when 64 KiB
 * have come or a run is over. Chunks are numbered before they are written, so repeating a write is harmless.
 */
export class LogWriter {
  readonly #db: Db;
  readonly #publisher: Publisher;
  readonly #log: Log;
  /** Runs with output that is not written yet. */
  readonly #waiting = new Set<OpenLog>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor({ db, publisher, log }: { db: Db; publisher: Publisher; log: Log }) {
    this.#db = db;
    this.#publisher = publisher;
    this.#log = log;
  }

  open(run: LoggedRun): RunOutput {
    const open: OpenLog = { run, log: new RunLog(run) };
    return {
      write: (stream, chunk) => {
        open.log.write(stream, chunk);
        return this.#added(open);
      },
      truncated: (stream, dropped) => {
        open.log.truncated(stream, dropped);
        void this.#added(open);
      },
      note: (text) => {
        open.log.note(text);
        void this.#added(open);
      },
      close: async () => {
        open.log.end();
        void this.#added(open);
        while (this.#waiting.has(open)) await this.#flush();
      },
    };
  }

  #added(open: OpenLog): Promise<void> | undefined {
    if (open.log.waiting === 0) return undefined;
    this.#waiting.add(open);
    const total = sum([...this.#waiting].map(({ log }) => log.waiting));
    if (total >= largestChunk) void this.#flush();
    else this.#flushSoon();
    return total >= highWater ? this.#flush() : undefined;
  }

  /** Joins the flush under way, or begins one. */
  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
      if (this.#waiting.size > 0) this.#flushSoon();
    });
    return this.#flushing;
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => void this.#flush(), flushEveryMs);
  }

  async #flushAll(): Promise<void> {
    for (const session of new Set([...this.#waiting].map(({ run }) => run.session))) {
      const logs = [...this.#waiting].filter(({ run }) => run.session === session);
      await this.#write(session, logs);
      for (const open of logs)
        if (open.log.waiting === 0 || session.signal.aborted) this.#waiting.delete(open);
    }
  }

  async #write({ signal }: Session, logs: readonly OpenLog[]): Promise<void> {
    const chunks = takeChunks(logs);
    const append = (some: readonly LogChunk[]) =>
      persist(() => appendLogChunks(this.#db, some), { signal, log: this.#log, what: 'store output' });
    try {
      await append(chunks);
    } catch {
      for (const chunk of chunks) await append([chunk]).catch((error: unknown) => this.#drop(chunk, error));
    }
    if (!signal.aborted && chunks.length > 0) this.#announce(logs);
  }

  #drop({ execution_id, attempt, sequence }: LogChunk, error: unknown): void {
    const chunk = { execution_id, attempt, sequence };
    this.#log.error({ event: 'worker.output_lost', ...chunk, err: error }, 'output could not be stored');
  }

  /** Followers look again by themselves after a while, so nobody waits for this. */
  #announce(logs: readonly OpenLog[]): void {
    const changes = logs.map(({ run: { executionId: entityId, subject } }): NoticeChange => {
      return { entityType: 'execution_log', entityId, change: 'created', ...subject };
    });
    this.#publisher.publish([message(notice, { changes })]).catch((error: unknown) => {
      this.#log.warn({ event: 'worker.notice_lost', err: error }, 'followers are not told of new output');
    });
  }
}

function takeChunks(logs: readonly OpenLog[]): LogChunk[] {
  const share = Math.max(largestChunk, Math.floor(largestFlush / logs.length));
  return logs.flatMap(({ log }) => log.take(share));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
