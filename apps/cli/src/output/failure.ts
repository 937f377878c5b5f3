import { AttuneError } from '@attune/domain';
import { ApiError, UnreachableError } from '@attune/contract';
import { CommanderError } from 'commander';
import { exitCode } from '../exit-code.js';

/** A command that cannot go on for a reason the user can mend. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Prints what went wrong and what to do, and answers the exit code for it. */
export function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  for (const line of describe(error)) console.error(line);
  return codeOf(error);
}

function describe(error: unknown): string[] {
  if (error instanceof ApiError) return describeApiError(error);
  if (error instanceof UnreachableError)
    return [`error: ${error.message}`, 'Is Attune running? Start it with: attune dev'];
  if (error instanceof AttuneError) {
    return [`error: ${error.message}`, ...error.details.map((detail) => detailLine(detail))];
  }
  if (error instanceof UsageError) return [`error: ${error.message}`];
  return [`error: ${error instanceof Error ? error.message : String(error)}`];
}

function describeApiError(error: ApiError): string[] {
  const lines = [`error: ${error.message}`, ...error.details.map((detail) => detailLine(detail))];
  if (error.status === 401) lines.push('Log in with: attune login');
  if (error.requestId !== undefined) lines.push(`  request ${error.requestId}`);
  return lines;
}

function detailLine({
  path,
  message,
  hint,
}: {
  path: string;
  message: string;
  hint?: string | undefined;
}): string {
  return `  ${path === '' ? '' : `${path}: `}${message}${hint === undefined ? '' : ` (${hint})`}`;
}

function codeOf(error: unknown): number {
  if (error instanceof UnreachableError) return exitCode.unreachable;
  if (error instanceof UsageError) return exitCode.usage;
  if (!(error instanceof ApiError)) return exitCode.failed;
  if (error.status === 404) return exitCode.notFound;
  if (error.status === 401 || error.status === 403) return exitCode.notAllowed;
  return error.status === 400 || error.status === 422 ? exitCode.usage : exitCode.failed;
}
