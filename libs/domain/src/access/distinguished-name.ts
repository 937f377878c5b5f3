interface Part {
  readonly type: string;
  readonly value: string;
}

/**
 * The same text for all spellings of one distinguished name (RFC 4514): case, space around separators and the way
 * of escaping do not matter, as directories compare names. Text that is no such name is only put in lower case.
 */
export function distinguishedNameKey(name: string): string {
  const rdns = splitUnescaped(name, ',').map((rdn) => splitUnescaped(rdn, '+').map(partOf));
  if (rdns.flat().includes(undefined)) return fold(name);
  return (rdns as Part[][]).map((rdn) => rdn.map(keyOf).toSorted().join('+')).join(',');
}

/** The text as an attribute value inside a distinguished name (RFC 4514, section 2.4). */
export function escapeDnValue(value: string): string {
  return value.replaceAll(/^[ #]| $|["+,;<>\\=]/g, String.raw`\$&`).replaceAll('\0', String.raw`\00`);
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts = [''];
  for (const [token] of text.matchAll(/\\.|[^\\]|\\$/gsu)) {
    if (token === separator) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

function partOf(text: string): Part | undefined {
  const [, type, value] = /^\s*([a-z][\w-]*|\d+(?:\.\d+)*)\s*=\s*(.*)$/isu.exec(text) ?? [];
  if (type === undefined || value === undefined) return undefined;
  return { type: type.toLowerCase(), value: unescape(value.replace(/(?<!\\)\s+$/u, '')) };
}

/** Pairs of hexadecimal digits are bytes of UTF-8; any other escaped character is itself. */
function unescape(value: string): string {
  return value.replaceAll(/(?:\\[\da-f]{2})+|\\(.)/gisu, (pairs, character?: string) =>
    character === undefined ? utf8(pairs.replaceAll('\\', '')) : character,
  );
}

function utf8(hex: string): string {
  const bytes = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function keyOf({ type, value }: Part): string {
  return `${type}=${escapeDnValue(fold(value))}`;
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().trim().replaceAll(/ +/g, ' ');
}
