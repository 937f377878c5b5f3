import type { BuiltinRuntime } from '@attune/domain';
import type { RunRequest } from '../runtime.js';
import type { RunDirectory } from './run-files.js';

export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

/** How programs of a runtime are started. */
export interface ProgramKind {
  readonly name: BuiltinRuntime;
  readonly version: string | undefined;
  /** The command line that runs a file of a pack. */
  file(path: string): CommandLine | Promise<CommandLine>;
  /** The command line that runs the request's entry point as a script; absent where there are no scripts. */
  inline?(request: RunRequest, directory: RunDirectory): CommandLine;
  /** Variables that programs of this runtime need; `packDirectory` is absent for a pack without files. */
  environment?(packDirectory: string | undefined): Readonly<Record<string, string>>;
}
