const mask = '***';

/** Replaces secrets in a text that comes in pieces, also where a secret lies across two of them. */
export interface Masker {
  /** What can be shown already. The start of a possible secret is held back until it is decided. */
  push(text: string): string;
  /** The rest; call once, when the text is over. */
  end(): string;
}

/** Every character that belongs to an occurrence of a secret is hidden, also where occurrences overlap. */
export function createMasker(secrets: readonly string[]): Masker {
  if (secrets.length === 0) return { push: (text) => text, end: () => '' };
  const text: MaskedText = { pending: '', start: 0, shownTo: 0, spans: [] };
  const patterns = secrets.map(patternOf);
  return {
    push: (piece) => {
      const offset = text.start + text.pending.length;
      text.pending += piece;
      for (const pattern of patterns) text.spans.push(...findSpans(pattern, piece, offset));
      return show(text, offset + piece.length - Math.max(...patterns.map(({ matched }) => matched)));
    },
    end: () => show(text, text.start + text.pending.length),
  };
}

export function maskText(text: string, secrets: readonly string[]): string {
  if (!secrets.some((secret) => text.includes(secret))) return text;
  const masker = createMasker(secrets);
  return masker.push(text) + masker.end();
}

/** Offsets count characters from the beginning of the text. */
interface Span {
  start: number;
  end: number;
}

interface MaskedText {
  /** What has not been shown yet. */
  pending: string;
  /** Offset of `pending`. */
  start: number;
  /** Everything before is shown or hidden by a mask that was shown; may lie beyond `start`. */
  shownTo: number;
  /** Secrets found, but not passed yet. */
  spans: Span[];
}

/** A search that goes on over the pieces of a text (Knuth, Morris and Pratt). */
interface Pattern {
  secret: string;
  /** For each length of a matched start: the longest shorter start that ends it. */
  fallback: readonly number[];
  /** How much of the secret's start ends the text so far. */
  matched: number;
}

function patternOf(secret: string): Pattern {
  const fallback = [0, 0];
  for (let length = 1, matched = 0; length < secret.length; length++) {
    while (matched > 0 && secret[length] !== secret[matched]) matched = fallback[matched] ?? 0;
    if (secret[length] === secret[matched]) matched++;
    fallback.push(matched);
  }
  return { secret, fallback, matched: 0 };
}

function findSpans(pattern: Pattern, piece: string, offset: number): Span[] {
  const { length } = pattern.secret;
  const spans: Span[] = [];
  for (
    let index = nextStart(pattern, piece, 0);
    index < piece.length;
    index = nextStart(pattern, piece, index + 1)
  ) {
    advance(pattern, piece[index]);
    if (pattern.matched !== length) continue;
    const end = offset + index + 1;
    spans.push({ start: end - length, end });
    pattern.matched = pattern.fallback[length] ?? 0;
  }
  return spans;
}

/** Where to look next: without a start to go on with, at the next character that could be one. */
function nextStart({ secret, matched }: Pattern, piece: string, index: number): number {
  if (matched > 0) return index;
  const start = piece.indexOf(secret[0] ?? '', index);
  return start === -1 ? piece.length : start;
}

function advance(pattern: Pattern, char: string | undefined): void {
  const { secret, fallback } = pattern;
  while (pattern.matched > 0 && char !== secret[pattern.matched])
    pattern.matched = fallback[pattern.matched] ?? 0;
  if (char === secret[pattern.matched]) pattern.matched++;
}

/** Shows the text up to `border`; nothing that begins before it is still undecided. */
function show(text: MaskedText, border: number): string {
  const between = (from: number, to: number) => text.pending.slice(from - text.start, to - text.start);
  const passed = text.spans.filter(({ start }) => start < border).toSorted((a, b) => a.start - b.start);
  let shown = '';
  for (const span of passed) {
    if (span.start >= text.shownTo) shown += between(text.shownTo, span.start) + mask;
    text.shownTo = Math.max(text.shownTo, span.end);
  }
  if (text.shownTo < border) {
    shown += between(text.shownTo, border);
    text.shownTo = border;
  }
  text.spans = text.spans.filter(({ start }) => start >= border);
  text.pending = text.pending.slice(border - text.start);
  text.start = border;
  return shown;
}
