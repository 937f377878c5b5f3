import { finishExecutions } from '@attune/db';
import type { AttemptOutcome, Db, FinishedExecution } from '@attune/db';
import { TransientError, errorMessage } from '@attune/domain';
import { executionFinished, message, notice } from '@attune/mq';
import type { Cause, ExecutionSubject, NoticeChange, Publisher } from '@attune/mq';
import { faultPoint } from '@attune/service';
import type { Log } from '@attune/service';
import { createBatcher } from '../batcher.js';
import type { Batcher } from '../batcher.js';
import { persist } from '../persist.js';
import type { Session } from '../presence/session.js';

export interface Report {
  readonly outcome: AttemptOutcome;
  readonly session: Session;
  readonly cause: Cause;
  /** For those who watch the execution. */
  readonly subject: ExecutionSubject;
  /** Of its output, about. */
  readonly bytes: number;
  /** Called when there is nothing left to do for it. */
  readonly done: () => void;
}

export interface ResultsOptions {
  readonly db: Db;
  readonly publisher: Publisher;
  readonly log: Log;
  /** Aborted when the worker cannot wait any longer: what is not announced then is found by the sweep. */
  readonly signal: AbortSignal;
}

interface Finished {
  readonly report: Report;
  readonly finished: FinishedExecution;
}

const limits = { items: 200, bytes: 4 * 1024 * 1024 };

/**
 * Records results: one statement per batch, then one publish for it. Both are repeated until they work or the
 * session is over; then others have taken the executions over. A result of a session that is over is dropped.
 */
export class Results {
  readonly #db: Db;
  readonly #publisher: Publisher;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #reports: Batcher<Report>;
  readonly #announcements: Batcher<Finished>;

  constructor({ db, publisher, log, signal }: ResultsOptions) {
    this.#db = db;
    this.#publisher = publisher;
    this.#log = log;
    this.#signal = signal;
    this.#reports = createBatcher({ ...limits, bytesOf: ({ bytes }) => bytes }, (batch) =>
      this.#record(batch),
    );
    this.#announcements = createBatcher({ ...limits, bytesOf: () => 0 }, (batch) => this.#announce(batch));
  }

  add(report: Report): void {
    this.#reports.add(report);
  }

  /** Resolves when everything added is recorded and announced. */
  async idle(): Promise<void> {
    await this.#reports.idle();
    await this.#announcements.idle();
  }

  async #record(batch: readonly Report[]): Promise<void> {
    await faultPoint('worker.run.after-result-before-commit');
    const live = batch.filter(({ session }) => !session.signal.aborted);
    const finished = new Map((await this.#finish(live)).map((row) => [row.id, row]));
    for (const report of batch) {
      const row = finished.get(report.outcome.id);
      if (row === undefined) this.#forget(report);
      else this.#announcements.add({ report, finished: row });
    }
  }

  #forget({ outcome, done }: Report): void {
    const { id, attempt } = outcome;
    this.#log.warn(
      { event: 'worker.result_dropped', execution_id: id, attempt },
      'result is not ours to record',
    );
    done();
  }

  /** All of them belong to the present session: there is never more than one. */
  async #finish(reports: readonly Report[]): Promise<FinishedExecution[]> {
    const [first] = reports;
    if (first === undefined) return [];
    const outcomes = reports.map(({ outcome }) => outcome);
    const { signal, hold } = first.session;
    let asked = 0;
    const attempt = () => {
      asked++;
      return finishExecutions(this.#db, outcomes, hold);
    };
    try {
      const rows = (await persist(attempt, { signal, log: this.#log, what: 'record results' })) ?? [];
      return asked > 1 ? withUnanswered(outcomes, rows) : rows;
    } catch (error) {
      return this.#finishApart(reports, error);
    }
  }

  /** One result that cannot be stored must not hold up the others, and its execution must end. */
  async #finishApart(reports: readonly Report[], error: unknown): Promise<FinishedExecution[]> {
    const [only] = reports;
    if (only !== undefined && reports.length === 1) return this.#finishWithout(only, error);
    const middle = Math.ceil(reports.length / 2);
    return [
      ...(await this.#finish(reports.slice(0, middle))),
      ...(await this.#finish(reports.slice(middle))),
    ];
  }

  async #finishWithout({ outcome, session }: Report, error: unknown): Promise<FinishedExecution[]> {
    const { id, attempt } = outcome;
    this.#log.error(
      { event: 'worker.result_refused', execution_id: id, attempt, err: error },
      'result not stored',
    );
    const refused = {
      id,
      attempt,
      status: 'failed',
      error: `its result cannot be stored: ${errorMessage(error)}`,
    };
    const finish = () =>
      finishExecutions(this.#db, [refused as AttemptOutcome], session.hold).catch((again: unknown) => {
        throw new TransientError(`cannot record the end of execution ${id}`, { cause: again });
      });
    const settings = { signal: session.signal, log: this.#log, what: `record the end of execution ${id}` };
    return (await persist(finish, settings)) ?? [];
  }

  async #announce(batch: readonly Finished[]): Promise<void> {
    await faultPoint('worker.run.after-commit-before-publish');
    const messages = batch.map(({ report, finished: { id, attempt } }) =>
      message(executionFinished, { executionId: id, attempt }, { cause: report.cause }),
    );
    const news = message(notice, { changes: batch.map(changeOf) });
    const publish = () => this.#publisher.publish([...messages, news]);
    const settings = { signal: this.#signal, log: this.#log, what: 'announce results' };
    await persist(publish, settings).catch((error: unknown) => {
      this.#log.error({ event: 'worker.announce_failed', err: error }, 'results are announced by the sweep');
    });
    for (const { report } of batch) report.done();
  }
}

/**
 * When an answer was lost, nobody knows which of the outcomes it had recorded. Announcing one that was not is
 * harmless: whoever hears it looks at the row.
 */
function withUnanswered(
  outcomes: readonly AttemptOutcome[],
  rows: readonly FinishedExecution[],
): FinishedExecution[] {
  const known = new Map(rows.map((row) => [row.id, row]));
  return outcomes.map(({ id, attempt, status }) => known.get(id) ?? { id, attempt, status });
}

function changeOf({ report, finished: { id, status } }: Finished): NoticeChange {
  return { entityType: 'execution', entityId: id, change: 'updated', ...report.subject, status };
}
