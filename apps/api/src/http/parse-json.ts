/** Deeper values serve nobody, and overflow the stack of everything that walks them. */
const maxDepth = 200;

const quote = 0x22;
const backslash = 0x5c;
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** JSON.parse, with a limit of depth; throws a SyntaxError that quotes nothing of the text, which may be a secret. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError(`nested more than ${maxDepth} levels deep`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(withoutQuotation(error instanceof Error ? error.message : ''));
  }
}

/** V8 says `Unexpected token 'c', "canary…"... is not valid JSON`, or `"undefined" is not valid JSON`. */
function withoutQuotation(message: string): string {
  const reason = message.replace(/(?:^|, )(?:\.{3})?"[^]*$/, '');
  return reason === '' ? 'is not a JSON value' : reason;
}

/** Counts brackets outside strings, before anything is built. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) index = endOfString(text, index);
    else if (opening.has(code)) depth += 1;
    else if (closing.has(code)) depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(index - 1 - backslashes) === backslash) backslashes += 1;
  return backslashes % 2 === 1;
}
