/** A piece of a template: text as it is, or an expression and where it starts. */
export type TemplatePart = string | { expression: string; offset: number };

export interface TemplateParts {
  parts: readonly TemplatePart[];
  /** Offset of a `{{` that is never closed. */
  unclosed?: number;
}

const QUOTE = /["']/;

/** Braces and quotes inside an expression are counted: `{{ {"a": {"b": "}}"}} }}` ends at its last two. */
export function templateParts(text: string): TemplateParts {
  const parts: TemplatePart[] = [];
  let position = 0;
  for (let start = text.indexOf('{{'); start >= 0; start = text.indexOf('{{', position)) {
    const end = expressionEnd(text, start + 2);
    if (end === undefined) return { parts, unclosed: start };
    if (start > position) parts.push(text.slice(position, start));
    parts.push({ expression: text.slice(start + 2, end), offset: start + 2 });
    position = end + 2;
  }
  if (position < text.length) parts.push(text.slice(position));
  return { parts };
}

/** Offset of the `}}` that closes an expression. */
function expressionEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let position = start; position < text.length; position++) {
    const character = text[position]!;
    if (QUOTE.test(character)) position = stringEnd(text, position);
    else if (character === '{') depth++;
    else if (character === '}') {
      if (depth === 0 && text[position + 1] === '}') return position;
      depth = Math.max(0, depth - 1);
    }
  }
  return undefined;
}

/** Offset of the quote that ends the string begun at `start`; the text's end when none does. */
function stringEnd(text: string, start: number): number {
  const quote = text[start]!;
  let position = start + 1;
  while (position < text.length && text[position] !== quote) position += text[position] === '\\' ? 2 : 1;
  return position;
}
