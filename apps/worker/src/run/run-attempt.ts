import type { AttemptOutcome, ClaimedExecution } from '@attune/db';
import { decideRetry, errorMessage } from '@attune/domain';
import { faultPoint } from '@attune/service';
import type { RunOutput } from '../logs/log-writer.js';
import type { Ending, RunRequest, Runtime, StopReason } from '../runtimes/runtime.js';
import { countAttempt } from './attempt-metrics.js';
import { judge } from './judge.js';
import type { Judgement } from './judge.js';

export interface Attempt {
  readonly claimed: ClaimedExecution;
  readonly request: RunRequest;
  /** Why it cannot begin, though another attempt may. */
  readonly obstacle?: Error | undefined;
  readonly runtime: Runtime;
  readonly secrets: readonly string[];
  readonly output: RunOutput;
  /** Ends the run; also for its own time limit. */
  readonly stop: AbortController;
  readonly limit: RunLimit;
}

/** How long it may take, and what is then over. */
export interface RunLimit {
  readonly ms: number;
  readonly reason: Extract<StopReason, 'timeout' | 'deadline'>;
}

/** Runs one attempt to its end. Whatever goes wrong is its outcome. */
export async function runAttempt(attempt: Attempt): Promise<AttemptOutcome> {
  const { claimed, output, secrets, stop } = attempt;
  const started = performance.now();
  const ending = await endingOf(attempt);
  const durationMs = Math.round(performance.now() - started);
  const judgement = judge(ending, {
    outputFormat: claimed.action_snapshot.output_format,
    outSchema: claimed.action_snapshot.out_schema,
    stopped: stop.signal.reason as StopReason | undefined,
    durationMs,
    secrets,
  });
  countAttempt(attempt.runtime.name, judgement.status, durationMs);
  if (judgement.remark !== undefined) output.note(judgement.remark);
  return {
    id: claimed.id,
    attempt: claimed.attempt,
    status: judgement.status,
    result: judgement.result,
    error: judgement.error ?? null,
    ...nextAttempt(claimed, judgement, durationMs),
  };
}

async function endingOf({ request, obstacle, runtime, output, stop, limit }: Attempt): Promise<Ending> {
  const { signal } = stop;
  const timer = setTimeout(() => stop.abort(limit.reason), limit.ms);
  try {
    await faultPoint('worker.run.before-start');
    if (signal.aborted) return { exitCode: null };
    if (obstacle !== undefined) throw obstacle;
    return await runtime.run(request, { signal, output });
  } catch (error) {
    return { exitCode: null, error: errorMessage(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Due by the clock of the database, which wrote `started_at`. */
function nextAttempt(
  { attempt, retry, started_at }: ClaimedExecution,
  { status }: Judgement,
  durationMs: number,
): Pick<AttemptOutcome, 'retry'> {
  if (status !== 'failed' && status !== 'timeout') return {};
  const decision = decideRetry(retry ?? undefined, { attempt, outcome: status }, Math.random());
  if (!decision.retry) return {};
  return { retry: { not_before: new Date(started_at.getTime() + durationMs + decision.delayMs) } };
}
