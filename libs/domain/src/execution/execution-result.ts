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

export function outcomeOf(exit: RunExit): RunOutcome {
  void exit;
  throw new Error('not built yet');
}

export interface RunOutput {
  data?: unknown;
  stdout?: string;
  stderr?: string;
  truncated?: boolean;
}

export function executionResult(exit: RunExit, durationMs: number, output: RunOutput): ExecutionResult {
  void exit;
  void durationMs;
  void output;
  throw new Error('not built yet');
}
