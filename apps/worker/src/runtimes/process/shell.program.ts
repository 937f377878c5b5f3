import { open } from 'node:fs/promises';
import { declaredParameters, shellAssignments } from './encode-parameters.js';
import type { RunRequest } from '../runtime.js';
import type { CommandLine, ProgramKind } from './program-kind.js';
import type { RunDirectory } from './run-files.js';

const shebangLength = 128;

/** Scripts for the shell that their first line names (`#!/bin/bash -e`), otherwise for `sh`. */
export const shellPrograms: ProgramKind = {
  name: 'shell',
  version: undefined,
  file: async (path) => withInterpreter(shellOf(await readStart(path)), path),
  inline: inlineScript,
};

/** `sh` where the text names no shell: other programs are not for this runtime. */
export function shellOf(script: string): CommandLine {
  const [, line = ''] = /^#!\s*(.*?)\s*(?:\r?\n|$)/.exec(script) ?? [];
  const [command = '', ...args] = line.replace(/^\/usr\/bin\/env\s+(?:-S\s+)?/, '').split(/\s+/);
  return /(?:^|\/)(?:sh|bash|dash|ksh|zsh|ash)$/.test(command)
    ? { command, args }
    : { command: 'sh', args: [] };
}

/**
 * The declared parameters become variables in a file of their own, read by a statement before the script's first
 * line: line numbers in messages stay true, and no value is ever part of the script's text or arguments.
 */
function inlineScript(request: RunRequest, directory: RunDirectory): CommandLine {
  const { entrypoint } = request;
  const assignments = directory.write('parameters.sh', shellAssignments(declaredParameters(request)));
  const script = directory.write('script.sh', `. '${assignments}'; ${entrypoint}`);
  return withInterpreter(shellOf(entrypoint), script);
}

function withInterpreter({ command, args }: CommandLine, path: string): CommandLine {
  return { command, args: [...args, path] };
}

async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(shebangLength), position: 0 });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
