import { checkPayload, executionResult, outcomeOf } from '@attune/domain';
import type { ExecutionResult, OutputFormat, RunExit, RunOutcome } from '@attune/domain';
import type { Ending, StopReason } from '../runtimes/runtime.js';
import { maskValue } from './mask-value.js';
import { parseOutput } from './parse-output.js';

/** The end of standard error says what went wrong; all of it is in the log. */
const longestStderr = 64 * 1024;

export interface JudgedBy {
  readonly outputFormat: OutputFormat;
  readonly outSchema: Readonly<Record<string, unknown>> | null;
  /** Why the run was ended from outside, if it was. */
  readonly stopped: StopReason | undefined;
  readonly durationMs: number;
  /** Texts that must not be shown. */
  readonly secrets: readonly string[];
}

export interface Judgement extends RunOutcome {
  readonly result: ExecutionResult;
  /** For the log: output that is not what its format promised, of a run that completes all the same. */
  readonly remark?: string;
}

/** What becomes of an execution whose run ended so. */
export function judge(ending: Ending, by: JudgedBy): Judgement {
  const { data, problem = overall(by), remark } = readData(ending, by);
  const masked = (text: string): string => maskValue(text, by.secrets) as string;
  const exit: RunExit = {
    exitCode: ending.exitCode,
    signal: ending.signal ?? null,
    timedOut: by.stopped === 'timeout' || by.stopped === 'deadline',
    cancelled: by.stopped === 'cancel',
    ...(problem === undefined ? {} : { error: masked(problem) }),
  };
  const { stdout, stderr, truncated } = ending;
  return {
    ...outcomeOf(exit),
    result: executionResult(exit, by.durationMs, {
      data: maskValue(data, by.secrets),
      ...(stdout === undefined || data !== undefined ? {} : { stdout: masked(stdout) }),
      ...(stderr === undefined ? {} : { stderr: masked(stderr).slice(-longestStderr) }),
      ...(truncated === true ? { truncated } : {}),
    }),
    ...(remark === undefined ? {} : { remark: masked(remark) }),
  };
}

function overall({ stopped }: JudgedBy): string | undefined {
  return stopped === 'deadline' ? 'the execution took longer than its total timeout' : undefined;
}

interface ReadData {
  data?: unknown;
  /** Fails the run. */
  problem?: string;
  remark?: string;
}

function readData(ending: Ending, { outputFormat, outSchema, stopped }: JudgedBy): ReadData {
  if (stopped !== undefined) return {};
  if (ending.error !== undefined) return { data: ending.data, problem: ending.error };
  if (ending.data !== undefined) return checked(ending.data, outSchema);
  const parsed = parseOutput(ending.stdout ?? '', outputFormat);
  if (ending.exitCode !== 0) return parsed.kind === 'data' ? { data: parsed.data } : {};
  if (parsed.kind === 'data') return checked(parsed.data, outSchema);
  return unread(parsed.kind === 'unreadable' ? parsed.problem : undefined, { outputFormat, outSchema });
}

function checked(data: unknown, outSchema: JudgedBy['outSchema']): ReadData {
  const issues = outSchema === null ? [] : checkPayload(outSchema, data, 'data');
  if (issues.length === 0) return { data };
  const details = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return { data, problem: `the result does not fit the output schema of the action: ${details}` };
}

/** A program that promises data to others must give some; otherwise its output is kept as the text it is. */
function unread(
  problem: string | undefined,
  { outputFormat, outSchema }: Pick<JudgedBy, 'outputFormat' | 'outSchema'>,
): ReadData {
  if (outputFormat !== 'text' && outSchema !== null)
    return { problem: problem ?? `the program printed no ${outputFormat}, which the output schema asks for` };
  return problem === undefined ? {} : { remark: `${problem}; it is kept as text` };
}
