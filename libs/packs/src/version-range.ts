/** `1.4.0`, `1.4.0-rc.1`, with build metadata that means nothing. */
const fullVersion = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const comparator =
  /^(>=|<=|>|<|=|\^|~)?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?$/;

interface Version {
  /** Major, minor, patch. */
  readonly numbers: readonly number[];
  /** Parts of a pre-release, empty for a release. */
  readonly pre: readonly string[];
}

/** At least `from`, and below `to` when there is one. */
interface Span {
  readonly from: Version;
  readonly to?: Version | undefined;
}

const lowest: Version = { numbers: [0, 0, 0], pre: ['0'] };
const nothing: Span = { from: lowest, to: lowest };

/** A semantic version (semver.org, 2.0.0). */
export function isVersion(text: string): boolean {
  return fullVersion.test(text);
}

/** `>=1.2 <2`, `^1.4.0`, `~1.4`, `1.x`, `*`, alternatives with `||`: comparators as npm has them, no hyphen ranges. */
export function isVersionRange(text: string): boolean {
  return parseRange(text) !== undefined;
}

/** Whether a version lies in a range; by precedence alone, so a pre-release of 2.0.0 lies below 2.0.0. */
export function isInRange(version: string, range: string): boolean {
  const parsed = parseVersion(version);
  if (parsed === undefined) return false;
  return (parseRange(range) ?? []).some((spans) => spans.every((span) => isWithin(parsed, span)));
}

/** Alternatives of spans that must all hold. */
function parseRange(text: string): Span[][] | undefined {
  const alternatives = text.split('||').map((part) => {
    const words = part
      .trim()
      .replaceAll(/(>=|<=|>|<|=|\^|~)\s+/g, '$1')
      .split(/\s+/);
    return words.map((word) => parseComparator(word === '' ? '*' : word));
  });
  const parsed = alternatives.map((spans) => spans.filter((span) => span !== undefined));
  return parsed.every((spans, index) => spans.length === alternatives[index]?.length) ? parsed : undefined;
}

function parseComparator(word: string): Span | undefined {
  const match = comparator.exec(word);
  if (match === null) return undefined;
  const [, operator = '=', ...rest] = match;
  const given = rest
    .slice(0, 3)
    .map((part) => (part === undefined || /^[xX*]$/.test(part) ? undefined : Number(part)));
  const known = given.findIndex((part) => part === undefined);
  const digits = known === -1 ? 3 : known;
  const [major = 0, minor = 0, patch = 0] = given.slice(0, digits);
  const from: Version = { numbers: [major, minor, patch], pre: rest[3]?.split('.') ?? [] };
  return spanOf(operator, from, digits);
}

/** `digits` of the version are given: 1.2 stands for all of 1.2.x. */
function spanOf(operator: string, from: Version, digits: number): Span {
  const after = digits === 3 ? justAfter(from) : bumped(from, digits - 1);
  switch (operator) {
    case '>=':
      return { from };
    case '>':
      return after === undefined ? nothing : { from: after };
    case '<':
      return { from: lowest, to: from };
    case '<=':
      return { from: lowest, to: after };
    case '^':
      return { from, to: bumped(from, firstSignificant(from, digits)) };
    case '~':
      return { from, to: bumped(from, Math.min(1, digits - 1)) };
    default:
      return { from, to: after };
  }
}

/** What `^` keeps: the first number that is not zero, else the last one given. */
function firstSignificant({ numbers }: Version, digits: number): number {
  const index = numbers.findIndex((number) => number > 0);
  return index === -1 || index >= digits ? digits - 1 : index;
}

/** The lowest version above all that share the numbers up to `index`; undefined when all versions do. */
function bumped({ numbers }: Version, index: number): Version | undefined {
  if (index < 0) return undefined;
  const next = numbers.map((number, at) => (at < index ? number : at === index ? number + 1 : 0));
  return { numbers: next, pre: ['0'] };
}

function justAfter(version: Version): Version | undefined {
  return version.pre.length === 0 ? bumped(version, 2) : { ...version, pre: [...version.pre, '0'] };
}

function isWithin(version: Version, { from, to }: Span): boolean {
  return compare(version, from) >= 0 && (to === undefined || compare(version, to) < 0);
}

function parseVersion(text: string): Version | undefined {
  const match = fullVersion.exec(text);
  if (match === null) return undefined;
  return { numbers: match.slice(1, 4).map(Number), pre: match[4]?.split('.') ?? [] };
}

function compare(left: Version, right: Version): number {
  for (const index of [0, 1, 2]) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  const index = left.pre.findIndex((part, at) => part !== right.pre[at]);
  if (index === -1) return left.pre.length - right.pre.length;
  return comparePart(left.pre[index] ?? '', right.pre[index]);
}

/** Numbers by value and before words; a version with further parts comes after the one without. */
function comparePart(left: string, right: string | undefined): number {
  if (right === undefined) return 1;
  const [leftNumber, rightNumber] = [left, right].map((part) =>
    /^\d+$/.test(part) ? Number(part) : undefined,
  );
  if (leftNumber !== undefined && rightNumber !== undefined) return leftNumber - rightNumber;
  if (leftNumber !== undefined) return -1;
  if (rightNumber !== undefined) return 1;
  return left < right ? -1 : 1;
}
