import { Failure } from './failure.js';

/** The limits of one evaluation; an expression that runs into one ends with an error that says which. */
export const limits = {
  textLength: 10_000,
  depth: 100,
  steps: 1_000_000,
  stringLength: 1_000_000,
  listLength: 100_000,
  valueDepth: 200,
} as const;

/** What one evaluation works on. Steps count work done, roughly one per value touched. */
export interface Frame {
  readonly context: Readonly<Record<string, unknown>>;
  /** Variables of comprehensions, by the slot that compiling gave them. */
  readonly locals: unknown[];
  steps: number;
}

export type Evaluate = (frame: Frame) => unknown;

export function charge(frame: Frame, steps: number): void {
  frame.steps += steps;
  if (frame.steps > limits.steps) {
    throw new Failure('limit', '', `the expression does too much work: more than ${limits.steps} steps`);
  }
}

export function limitedString(text: string): string {
  limitStringLength(text.length);
  return text;
}

/** For a text that is not built yet. */
export function limitStringLength(length: number): void {
  if (length > limits.stringLength) {
    throw new Failure(
      'limit',
      '',
      `the expression builds a text of more than ${limits.stringLength} characters`,
    );
  }
}

export function limitedList<Items extends readonly unknown[]>(items: Items): Items {
  limitListLength(items.length);
  return items;
}

export function limitListLength(length: number): void {
  if (length > limits.listLength) {
    throw new Failure('limit', '', `the expression builds a list of more than ${limits.listLength} elements`);
  }
}

/** Keeps recursion over values, which may come from outside, within the stack. */
export function limitedDepth(depth: number): void {
  if (depth > limits.valueDepth) {
    throw new Failure(
      'limit',
      '',
      `the expression handles a value nested more than ${limits.valueDepth} levels deep`,
    );
  }
}
