import { InvalidArgumentError, type Command } from 'commander';

export interface PageOptions {
  limit: number;
  cursor?: string;
}

/** A positive whole number, as ids are. */
export function identifier(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('expected a positive number');
  return value;
}

/** Options that every `ls` has. */
export function pageOptions(command: Command): Command {
  return command
    .option('-n, --limit <number>', 'rows at most', identifier, 50)
    .option('--cursor <cursor>', 'go on after the page that named it');
}
