const placeholder = /\{([^{}]*)\}/g;
const headerPlaceholder = /^header\.([A-Za-z0-9-]+)$/;

/** What a sender signs, from `{timestamp}.{body}`: text, the body as it came, and headers. */
export interface SignedTemplate {
  readonly parts: readonly SignedPart[];
  /** Headers that are covered by the signature, in lower case. */
  readonly headers: ReadonlySet<string>;
  readonly hasBody: boolean;
  readonly hasTimestamp: boolean;
}

export type SignedPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'body' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'header'; readonly name: string };

/** Undefined for a template with a placeholder that is none. */
export function parseSignedTemplate(template: string): SignedTemplate | undefined {
  const parts: SignedPart[] = [];
  let end = 0;
  for (const found of template.matchAll(placeholder)) {
    const part = partOf(found[1] ?? '');
    if (part === undefined) return undefined;
    if (found.index > end) parts.push({ kind: 'text', text: template.slice(end, found.index) });
    parts.push(part);
    end = found.index + found[0].length;
  }
  if (end < template.length) parts.push({ kind: 'text', text: template.slice(end) });
  return {
    parts,
    headers: new Set(parts.flatMap((part) => (part.kind === 'header' ? [part.name] : []))),
    hasBody: parts.some(({ kind }) => kind === 'body'),
    hasTimestamp: parts.some(({ kind }) => kind === 'timestamp'),
  };
}

function partOf(name: string): SignedPart | undefined {
  if (name === 'body' || name === 'timestamp') return { kind: name };
  const header = headerPlaceholder.exec(name)?.[1];
  return header === undefined ? undefined : { kind: 'header', name: header.toLowerCase() };
}
