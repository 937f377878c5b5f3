const MAX_COMPARED_LENGTH = 64;

/**
 * The candidate somebody who typed `name` most likely meant, or undefined when none is close:
 * at most one edit (insert, delete, replace, swap of neighbours) per three characters, ignoring case,
 * and none for a single letter.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase().slice(0, MAX_COMPARED_LENGTH);
  let best: string | undefined;
  let bestDistance = Math.floor((wanted.length + 1) / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `did you mean 'x'?`, or undefined: ready to be an error's hint. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const candidate = nearest(name, candidates);
  return candidate === undefined ? undefined : `did you mean '${candidate}'?`;
}

/** Distance with adjacent transpositions (optimal string alignment); gives up and answers `limit` once that is reached. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      current.push(cell({ left, right, row, column }, current, last, beforeLast));
    }
    if (Math.min(...current) >= limit) return limit;
    beforeLast = last;
    last = current;
  }
  return Math.min(last[right.length] ?? limit, limit);
}

interface Cell {
  left: string;
  right: string;
  row: number;
  column: number;
}

function cell(at: Cell, current: number[], last: number[], beforeLast: number[]): number {
  const { left, right, row, column } = at;
  const same = left[row - 1] === right[column - 1];
  const edit = Math.min(
    (last[column] ?? 0) + 1,
    (current[column - 1] ?? 0) + 1,
    (last[column - 1] ?? 0) + (same ? 0 : 1),
  );
  const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
  return swapped ? Math.min(edit, (beforeLast[column - 2] ?? 0) + 1) : edit;
}
