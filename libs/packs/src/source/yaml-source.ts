import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair } from 'yaml';

import type { PackProblem } from '../pack-problem.js';

const maxAliases = 100;

export type DocumentPath = readonly (string | number)[];

/** A YAML file that remembers where each of its values stands. */
export interface YamlSource {
  readonly file: string;
  /** Plain data, without prototypes to poison; undefined when the text is not YAML. */
  readonly data: unknown;
  /** Mistakes of the text itself: syntax, double keys, unknown tags, too many aliases. */
  readonly problems: readonly PackProblem[];
  /** A value at the top, readable also when something else in the text is wrong. */
  peek(key: string): unknown;
  /** A problem at the value with this path, or at its closest existing ancestor. */
  problemAt(path: DocumentPath, message: string, hint?: string): PackProblem;
  /** A problem at a key of the map with this path. */
  problemAtKey(path: DocumentPath, key: string, message: string, hint?: string): PackProblem;
}

/** Parses YAML 1.2 (core schema, text keys). Never throws: what is wrong is in `problems`. */
export function parseYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true, prettyErrors: false });
  const at = (offset: number, message: string, hint?: string): PackProblem => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, message, ...(hint === undefined ? {} : { hint }) };
  };
  return {
    file,
    ...readData(document, at),
    peek: (key) => {
      const value = childOf(document.contents, key);
      return isScalar(value) ? value.value : undefined;
    },
    problemAt: (path, message, hint) => at(offsetOf(document, path), message, hint),
    problemAtKey: (path, key, message, hint) => at(keyOffsetOf(document, path, key), message, hint),
  };
}

/** `conditions[0].value` → ['conditions', 0, 'value']: the paths that checks of the domain answer with. */
export function parsePath(text: string): DocumentPath {
  return text
    .split(/[.[\]]/)
    .filter((segment) => segment !== '')
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));
}

/** ['conditions', 0, 'value'] → `conditions[0].value`. */
export function pathText(path: DocumentPath): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    return text === '' ? segment : `${text}.${segment}`;
  }, '');
}

type At = (offset: number, message: string, hint?: string) => PackProblem;

function readData(document: Document.Parsed, at: At): Pick<YamlSource, 'data' | 'problems'> {
  const problems = [...textProblems(document, at), ...contentProblems(document, at)];
  if (problems.length > 0) return { data: undefined, problems };
  try {
    return { data: document.toJS({ maxAliasCount: maxAliases }), problems };
  } catch (error) {
    return { data: undefined, problems: [at(0, sentence(String(error)))] };
  }
}

function textProblems(document: Document.Parsed, at: At): PackProblem[] {
  return [...document.errors, ...document.warnings].map((error) => at(error.pos[0], sentence(error.message)));
}

function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** What YAML can say and JSON, or a double, cannot keep. */
function contentProblems(document: Document.Parsed, at: At): PackProblem[] {
  const problems: PackProblem[] = [];
  visit(document, {
    Pair(_, pair) {
      if (keyOf(pair) === '__proto__') problems.push(at(offsetOfKey(pair), "'__proto__' cannot be a key"));
    },
    Scalar(_, scalar) {
      const { value, source = String(scalar.value) } = scalar;
      if (typeof value !== 'number') return;
      const offset = rangeStart(scalar) ?? 0;
      if (!Number.isFinite(value)) problems.push(at(offset, `${source} is no number`));
      else if (/^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value)) {
        problems.push(at(offset, `${source} is too large to be exact`, 'write it as text'));
      }
    },
  });
  return problems;
}

function offsetOf(document: Document.Parsed, path: DocumentPath): number {
  let node: unknown = document.contents;
  let offset = rangeStart(node) ?? 0;
  for (const segment of path) {
    node = childOf(resolved(document, node), segment);
    const start = rangeStart(node);
    if (start === undefined) return offset;
    offset = start;
  }
  return offset;
}

function keyOffsetOf(document: Document.Parsed, path: DocumentPath, key: string): number {
  const node = resolved(document, nodeAt(document, path));
  const pair = isMap(node) ? node.items.find((item) => keyOf(item) === key) : undefined;
  return pair === undefined ? offsetOf(document, path) : offsetOfKey(pair);
}

function nodeAt(document: Document.Parsed, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (node, segment) => childOf(resolved(document, node), segment),
    document.contents,
  );
}

function resolved(document: Document.Parsed, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function childOf(node: unknown, segment: string | number): unknown {
  if (isMap(node)) return node.items.find((pair) => keyOf(pair) === String(segment))?.value;
  return isSeq(node) && typeof segment === 'number' ? node.items[segment] : undefined;
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : pair.key;
}

function offsetOfKey(pair: Pair): number {
  return rangeStart(pair.key) ?? 0;
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | undefined | null)?.range?.[0];
}
