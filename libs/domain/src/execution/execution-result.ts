import type { ExecutionStatus } from './execution-status.js';

/** The JSON stored as an execution's result, and shown. */
export interface ExecutionResult {
  exit_code: number | null;
  duration_ms: number;
  succeeded: boolean;
  data: unknown;
  stdout: string;
  stderr?: string;
  error?: string;
  truncated?: boolean;
}

/** How a run ended, as the worker saw it. */
export interface RunExit {
  exitCode: number | null;
  signal?: string | null;
  timedOut?: boolean;
  cancelled?: boolean;
  /** The run never started, or its output could not be read. */
  error?: string;
}

export interface RunOutcome {
  status: Extract<ExecutionStatus, 'completed' | 'failed' | 'timeout' | 'cancelled'>;
  error?: string;
}

/** Cancelling outweighs a timeout, and both what the program made of being stopped. */
export function outcomeOf(exit: RunExit): RunOutcome {
  if (exit.cancelled === true) return { status: 'cancelled', error: exit.error ?? 'the run was cancelled' };
  if (exit.timedOut === true)
    return { status: 'timeout', error: exit.error ?? 'the run took longer than its timeout' };
  const error = exit.error ?? failureOf(exit);
  return error === undefined ? { status: 'completed' } : { status: 'failed', error };
}

export interface RunOutput {
  data?: unknown;
  stdout?: string;
  stderr?: string;
  truncated?: boolean;
}

/** What is stored of a run: keys that say nothing are left out, `data` and `stdout` are always there. */
export function executionResult(exit: RunExit, durationMs: number, output: RunOutput): ExecutionResult {
  const { status, error } = outcomeOf(exit);
  const result: ExecutionResult = {
    exit_code: exit.exitCode,
    duration_ms: Math.round(durationMs),
    succeeded: status === 'completed',
    data: output.data ?? null,
    stdout: output.stdout ?? '',
  };
  if (output.stderr !== undefined && output.stderr !== '') result.stderr = output.stderr;
  if (error !== undefined) result.error = error;
  if (output.truncated === true) result.truncated = true;
  return result;
}

function failureOf({ exitCode, signal }: RunExit): string | undefined {
  if (signal !== undefined && signal !== null) return `the program was ended by ${signal}`;
  if (exitCode === null) return 'the program ended without an exit code';
  return exitCode === 0 ? undefined : `the program ended with exit code ${exitCode}`;
}
