import type { AttemptOutcome, ClaimedExecution } from '@attune/db';
import { errorMessage, splitRef } from '@attune/domain';
import { executionSubject } from '@attune/mq';
import type { Cause } from '@attune/mq';
import type { LogWriter } from '../logs/log-writer.js';
import { secretTexts } from '../logs/secret-texts.js';
import type { Session } from '../presence/session.js';
import { slotKindOf } from '../runtimes/runtime.js';
import type { Runtime, StopReason } from '../runtimes/runtime.js';
import type { ApiAccess } from './api-access.js';
import { executionToken } from './execution-token.js';
import { openParameters } from './open-parameters.js';
import type { Results } from './results.js';
import { runAttempt } from './run-attempt.js';
import type { Attempt, RunLimit } from './run-attempt.js';
import { runRequest } from './run-request.js';

export interface RunsOptions {
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly logs: LogWriter;
  readonly results: Results;
  readonly api: ApiAccess;
  /** Limit of an action that sets none. */
  readonly timeoutSeconds: number;
}

/** A claimed execution, ready to be run. */
export interface Claimed {
  readonly claimed: ClaimedExecution;
  readonly session: Session;
  readonly cause: Cause;
  /** Called when the run is over; its result may still be on its way to the database. */
  readonly free: () => void;
}

type InHand = Pick<Claimed, 'claimed' | 'session'>;

interface AttemptId {
  readonly id: number;
  readonly attempt: number;
}

/**
 * The attempts this worker has in hand: from just before their claim until their result is recorded and announced.
 * An attempt that is in hand is never taken again, and can be ended at any time.
 */
export class Runs {
  readonly #options: RunsOptions;
  readonly #inHand = new Map<string, AbortController>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /** False when it is in hand already. */
  reserve(attempt: AttemptId): boolean {
    const key = keyOf(attempt);
    if (this.#inHand.has(key)) return false;
    this.#inHand.set(key, new AbortController());
    return true;
  }

  /** Somebody else has it. */
  forget(attempt: AttemptId): void {
    this.#inHand.delete(keyOf(attempt));
  }

  /** Runs what was reserved and claimed. */
  start(run: Claimed): void {
    const running = this.#run(run).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Also before it has started: then it never does. */
  cancel(attempt: AttemptId): void {
    this.#inHand.get(keyOf(attempt))?.abort('cancel' satisfies StopReason);
  }

  stopAll(reason: StopReason): void {
    for (const stop of this.#inHand.values()) stop.abort(reason);
  }

  /** Resolves when no run is under way; results may still be. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #run({ claimed, session, cause, free }: Claimed): Promise<void> {
    const stop = this.#inHand.get(keyOf(claimed)) ?? new AbortController();
    const { logs, results } = this.#options;
    const plan = await this.#complete(this.#plan(claimed), { claimed, session });
    const secrets = secretsOf(claimed, plan);
    const subject = executionSubject(claimed);
    const { id: executionId, attempt } = claimed;
    const output = logs.open({ executionId, attempt, subject, session, secrets });
    const outcome = plan.request
      ? await runAttempt({ ...plan, claimed, secrets, output, stop })
      : plan.refusal;
    free();
    await output.close();
    if (isGivenUp(stop)) return this.forget(claimed);
    results.add({
      outcome,
      session,
      cause,
      subject,
      bytes: outputBytes(outcome),
      done: () => this.forget(claimed),
    });
  }

  /** With what only the API has. */
  async #complete(plan: Plan | Refusal, of: InHand): Promise<Plan | Refusal> {
    if (plan.request === undefined) return plan;
    const opened = await this.#opened(plan, of);
    if (opened.obstacle !== undefined || slotKindOf(plan.runtime.name) !== 'program') return opened;
    return this.#withToken(opened, of);
  }

  async #opened(plan: Plan, of: InHand): Promise<Plan> {
    const { request } = plan;
    try {
      const opened = await openParameters(this.#options.api, request.parameters, of);
      if (opened === undefined) return plan;
      const { parameters, secrets } = opened;
      return { ...plan, request: { ...request, parameters }, secrets };
    } catch (error) {
      const obstacle = obstacleOf(`cannot open the parameters of execution ${of.claimed.id}`, error);
      return { ...plan, request: { ...request, parameters: {} }, obstacle };
    }
  }

  async #withToken(plan: Plan, { claimed, session }: InHand): Promise<Plan> {
    try {
      const apiToken = await executionToken(this.#options.api, claimed, session);
      return { ...plan, request: { ...plan.request, apiToken } };
    } catch (error) {
      return { ...plan, obstacle: obstacleOf(`cannot get the token of execution ${claimed.id}`, error) };
    }
  }

  #plan(claimed: ClaimedExecution): Plan | Refusal {
    const { runtimes, timeoutSeconds } = this.#options;
    try {
      return {
        runtime: runtimeOf(claimed, runtimes),
        request: runRequest(claimed),
        limit: runLimit(claimed, timeoutSeconds),
      };
    } catch (error) {
      const { id, attempt } = claimed;
      return { request: undefined, refusal: { id, attempt, status: 'failed', error: errorMessage(error) } };
    }
  }
}

type Plan = Pick<Attempt, 'runtime' | 'request' | 'obstacle' | 'limit'> & {
  /** What was opened for it. */
  readonly secrets?: readonly unknown[];
};

/** It cannot be run as it is, so no retry follows. */
interface Refusal {
  readonly request: undefined;
  readonly refusal: AttemptOutcome;
}

function obstacleOf(intention: string, error: unknown): Error {
  return new Error(`${intention}: ${errorMessage(error)}`, { cause: error });
}

/** The attempt's own, or what is left of the execution's where that is less. */
function runLimit({ timeout_seconds, remaining_ms }: ClaimedExecution, seconds: number): RunLimit {
  const ms = (timeout_seconds ?? seconds) * 1000;
  return remaining_ms !== null && remaining_ms < ms
    ? { ms: remaining_ms, reason: 'deadline' }
    : { ms, reason: 'timeout' };
}

/** What must not be seen in its output. */
function secretsOf({ action_snapshot }: ClaimedExecution, plan: Plan | Refusal): string[] {
  if (plan.request === undefined) return [];
  const { parameters, apiToken } = plan.request;
  const texts = secretTexts(action_snapshot.param_schema, parameters, plan.secrets);
  return apiToken === undefined ? texts : [...texts, apiToken];
}

function keyOf({ id, attempt }: AttemptId): string {
  return `${id}:${attempt}`;
}

function runtimeOf(
  { id, action_snapshot }: ClaimedExecution,
  runtimes: ReadonlyMap<string, Runtime>,
): Runtime {
  const { runtime_ref, isolation } = action_snapshot;
  if (isolation !== null && isolation !== 'process')
    throw new Error(`cannot run execution ${id}: this worker does not isolate runs as '${isolation}'`);
  const runtime = runtime_ref === null ? undefined : runtimes.get(splitRef(runtime_ref).name);
  if (runtime === undefined)
    throw new Error(`cannot run execution ${id}: this worker does not offer the runtime ${runtime_ref}`);
  return runtime;
}

/** The execution is no longer this worker's: the sweep decides what becomes of it. */
function isGivenUp({ signal }: AbortController): boolean {
  const reason = signal.reason as StopReason | undefined;
  return reason === 'lost' || reason === 'shutdown';
}

function outputBytes({ result }: AttemptOutcome): number {
  const { stdout, stderr } = (result ?? {}) as { stdout?: string; stderr?: string };
  return (stdout?.length ?? 0) + (stderr?.length ?? 0);
}
