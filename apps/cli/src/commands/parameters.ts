import { UsageError } from '../output/failure.js';

/** `name=text` gives text, `name:=json` gives what the JSON says. */
export function parseParameters(words: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(words.map((word) => parseWord(word)));
}

function parseWord(word: string): [string, unknown] {
  const at = word.indexOf('=');
  if (at < 1) throw new UsageError(`'${word}' is not name=text or name:=json`);
  const typed = word[at - 1] === ':';
  const name = word.slice(0, typed ? at - 1 : at);
  const text = word.slice(at + 1);
  return [name, typed ? parseJson(name, text) : text];
}

export function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${name}: ${reason}`, { cause: error });
  }
}
