/** Most urgent first. What is `info` waits as it should: it is shown, and nobody has to do anything. */
export const findingSeverities = ['critical', 'error', 'warning', 'info'] as const;
export type FindingSeverity = (typeof findingSeverities)[number];

export const findingKinds = [
  'ledger_unbalanced',
  'ledger_unchecked',
  'service_down',
  'process_lost',
  'versions_differ',
  'worker_lost',
  'worker_cordoned',
  'dead_letters',
  'events_pending',
  'executions_overdue',
  'executions_waiting',
  'policy_full',
  'matches_waiting',
  'inquiry_open',
  'timer_overdue',
  'sensor_not_running',
  'trigger_disabled',
  'sensor_disabled',
  'rule_disabled',
  'rule_failing',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** Why a row does not move, and how it goes on. */
export interface Explanation {
  readonly waits_for: string;
  /** Who acts next: a service, a worker, a person, or nobody when it is over. */
  readonly actor: string;
  readonly since: Date | null;
  /** When it goes on, or is taken from who holds it, at the latest; null = when the actor acts. */
  readonly until: Date | null;
  readonly next: string;
  /** Repairs it, or shows more; null where it goes on by itself or Attune cannot do it. */
  readonly command: string | null;
}

/** Rows of one kind that do not move for one reason. */
export interface Finding extends Explanation {
  readonly kind: FindingKind;
  readonly severity: FindingSeverity;
  /** One sentence for people. */
  readonly message: string;
  /** What it is about: the kind of row, and the first of them. */
  readonly subject: { readonly type: string; readonly id: number | null; readonly ref: string | null };
  readonly count: number;
  /** There are more than were counted. */
  readonly more: boolean;
  /** Tells this happening of the finding from an earlier one: who was told of it is not told again. */
  readonly episode: string;
  /** Trigger whose events it is about, where it is about those of one. */
  readonly trigger_ref: string | null;
}

/** How long something may take that nobody has to wait for. */
export const patienceMs = 60_000;

export function isOverdue(since: Date | null, now: Date): boolean {
  return since !== null && now.getTime() - since.getTime() > patienceMs;
}

/** The fields that most findings leave empty. */
export const aboutNoTrigger = { trigger_ref: null } as const;

/** `1 execution`, `5,012 executions`, `more than 10,000 executions`. */
export function countOf(
  { count, more }: Pick<Finding, 'count' | 'more'>,
  one: string,
  many = `${one}s`,
): string {
  const text = count.toLocaleString('en-US');
  return `${more ? 'more than ' : ''}${text} ${count === 1 && !more ? one : many}`;
}
