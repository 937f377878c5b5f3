import type { BuiltinRuntime, LogStream, ParameterDelivery, ParameterFormat } from '@attune/domain';

/** What a runtime needs to know of one attempt of an execution. Parameters are checked and complete. */
export interface RunRequest {
  readonly executionId: number;
  readonly attempt: number;
  readonly actionRef: string;
  readonly packRef: string;
  /** A file of the pack, or the script itself. */
  readonly entrypoint: string;
  readonly inline: boolean;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Parameters that the action declares; others are passed on, but never become variables of a shell. */
  readonly declared: readonly string[] | undefined;
  readonly parameterDelivery: ParameterDelivery;
  readonly parameterFormat: ParameterFormat;
  readonly envVars: Readonly<Record<string, string>>;
  /** What the program calls the API with, when its execution is given permissions. */
  readonly apiToken?: string | undefined;
}

/** Why a run is ended from outside: the reason its signal is aborted with. */
export type StopReason = 'timeout' | 'deadline' | 'cancel' | 'lost' | 'shutdown';

/** Where a run's output goes as it comes. */
export interface OutputSink {
  /** While the answer is a promise, hold the program back until it resolves. The chunk may be reused afterwards. */
  write(stream: LogStream, chunk: Buffer): Promise<void> | undefined;
  /** So many bytes were not kept; the last word of the stream. */
  truncated(stream: LogStream, dropped: number): void;
}

export interface RunControl {
  /** Aborted with a StopReason; the runtime then ends the run and still tells how it ended. */
  readonly signal: AbortSignal;
  readonly output: OutputSink;
}

/** How a run ended. `error` says why it failed, also with exit code 0. */
export interface Ending {
  readonly exitCode: number | null;
  readonly signal?: string;
  readonly error?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Some output was not kept. */
  readonly truncated?: boolean;
  /** Of runtimes that return a value instead of printing it. */
  readonly data?: unknown;
}

/** Which of the worker's slots a run takes: programs are limited by processor and memory, the others hardly are. */
export type SlotKind = 'program' | 'builtin';

export function slotKindOf(runtime: BuiltinRuntime): SlotKind {
  return runtime === 'http' || runtime === 'noop' ? 'builtin' : 'program';
}

export interface Runtime {
  readonly name: BuiltinRuntime;
  readonly version: string | undefined;
  /** Never rejects because of the program or its input: what goes wrong is how it ended. */
  run(request: RunRequest, control: RunControl): Promise<Ending>;
}
