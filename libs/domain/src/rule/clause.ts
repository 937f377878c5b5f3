/** One condition as it stood when it was evaluated. */
export interface Clause {
  /** What was looked at: `event.payload.status`, or the text of an expression. */
  path: string;
  /** By its full name: aliases are resolved. `expression` for one that is no comparison. */
  operator: string;
  expected: unknown;
  /** Undefined when there is no such value. */
  actual: unknown;
  ok: boolean;
  /** What came close, what does not fit, or why there was nothing to compare. */
  note?: string;
}

const SHOWN_LENGTH = 120;
/** Operators that read badly as they are named. */
const WORDS: Readonly<Record<string, string>> = {
  equals: 'equals',
  exists: 'exists',
  not_exists: 'does not exist',
};

/** One plain line for people: `event.payload.status equals "failed": no, it is "ok"`. */
export function explainClause(clause: Clause): string {
  const words = WORDS[clause.operator] ?? clause.operator.replaceAll('_', ' ');
  const note = clause.note === undefined ? '' : `; ${clause.note}`;
  return `${claim(clause, words)}: ${clause.ok ? 'yes' : 'no'}${actualText(clause)}${note}`;
}

function claim(clause: Clause, words: string): string {
  if (clause.operator === 'expression') return clause.path;
  return clause.expected === undefined
    ? `${clause.path} ${words}`
    : `${clause.path} ${words} ${shown(clause.expected)}`;
}

function actualText(clause: Clause): string {
  if (clause.actual === undefined) return '';
  if (clause.operator === 'expression' && typeof clause.actual === 'boolean') return '';
  return `, it is ${shown(clause.actual)}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}
