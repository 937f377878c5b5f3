import { parseFieldPath, readField } from '../field-path.js';

const mostValues = 1_000;
const mostShown = 20;
const longestText = 200;

/** Values that a parameter takes, most frequent first. */
export interface ValueCounts {
  /** How many there are; at most a thousand are told apart. */
  count: number;
  isMore: boolean;
  values: { value: string; count: number }[];
}

/** Values are kept as text: as they are, or as JSON; long ones are cut. */
export function countValues(path: string) {
  const segments = parseFieldPath(path) ?? [path];
  const counts = new Map<string, number>();
  let isMore = false;
  return {
    path,
    count: (parameters: Record<string, unknown> | null): void => {
      const text = textOf(readField(parameters, segments));
      const known = counts.get(text);
      if (known === undefined && counts.size >= mostValues) isMore = true;
      else counts.set(text, (known ?? 0) + 1);
    },
    report: (): ValueCounts => ({
      count: counts.size,
      isMore,
      values: [...counts]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, mostShown)
        .map(([value, count]) => ({ value, count })),
    }),
  };
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '(none)');
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
