import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { UsageError } from '../output/failure.js';

/** The body of a create request from a YAML or JSON file; `-` reads standard input. */
export function readDefinition<Body>(file: string): Body {
  try {
    const body: unknown = parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file}: ${reason}`, { cause: error });
  }
  throw new UsageError(`${file}: expected an object with ref, label, …`);
}
