import { errorMessage } from '@attune/domain';
import type { OutputFormat } from '@attune/domain';
import { parse as parseYaml } from 'yaml';

/** YAML is parsed many times slower than JSON; a larger document would hold up every other run. */
const largestYaml = 1024 * 1024;
/** Deeper data cannot be stored, nor walked safely by those who read it. */
const deepest = 200;

export type ParsedOutput =
  | { readonly kind: 'text' }
  | { readonly kind: 'data'; readonly data: unknown }
  | { readonly kind: 'unreadable'; readonly problem: string };

/**
 * What a program's standard output says in the format its action promised. Programs may print for people before
 * they print their result: where the whole is not JSON, its last line may be.
 */
export function parseOutput(text: string, format: OutputFormat): ParsedOutput {
  if (format === 'text' || text.trim() === '') return { kind: 'text' };
  try {
    const data = parsers[format](text);
    if (isDeeperThan(data, deepest))
      return unreadable(format, `values are nested more than ${deepest} levels deep`);
    return { kind: 'data', data };
  } catch (error) {
    return unreadable(format, errorMessage(error));
  }
}

const parsers: Record<Exclude<OutputFormat, 'text'>, (text: string) => unknown> = {
  json: parseJson,
  jsonl: parseJsonLines,
  yaml: (text) => {
    if (text.length > largestYaml) throw new Error(`it is longer than ${largestYaml} characters`);
    return parseYaml(text, { maxAliasCount: 100, logLevel: 'error' }) as unknown;
  },
};

function unreadable(format: OutputFormat, reason: string): ParsedOutput {
  return { kind: 'unreadable', problem: `the output is not ${format}: ${reason}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const lastLine = text.trimEnd().split('\n').at(-1) ?? '';
    if (lastLine.length === text.trim().length) throw error;
    return JSON.parse(lastLine);
  }
}

function parseJsonLines(text: string): unknown[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch (error) {
      throw new Error(`line ${index + 1}: ${errorMessage(error)}`, { cause: error });
    }
  });
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}
