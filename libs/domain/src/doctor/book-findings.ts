import type { DeadLetterFacts, DoctorFacts, LedgerFacts } from './facts.js';
import type { Finding } from './finding.js';
import { aboutNoTrigger, countOf, isOverdue } from './finding.js';

/** The ledger is checked every minute or so; this long without a check is worth a word. */
const uncheckedMs = 600_000;

/** What does not add up, and messages that nobody could handle. */
export function bookFindings({ ledger, dead_letters, now }: DoctorFacts): Finding[] {
  return [...findLedger(ledger, now), ...findDeadLetters(dead_letters)];
}

function findLedger(ledger: LedgerFacts | null, now: Date): Finding[] {
  if (ledger === null) return [];
  const late = isOverdue(new Date(ledger.checked_at.getTime() + uncheckedMs), now);
  return [
    ...ledger.imbalances.map((wrong) => findImbalance(wrong, ledger)),
    ...(late ? [findUnchecked(ledger)] : []),
  ];
}

function findImbalance(
  { check, message, ids }: LedgerFacts['imbalances'][number],
  { checked_at }: LedgerFacts,
): Finding {
  return {
    ...aboutNoTrigger,
    kind: 'ledger_unbalanced',
    severity: 'critical',
    message: `the ledger does not balance (${check}): ${message}`,
    subject: { type: 'ledger', id: ids[0] ?? null, ref: check },
    count: ids.length,
    more: false,
    episode: `${check}:${ids[0]}`,
    waits_for: 'an explanation: what was accepted has no outcome, or has more than one',
    actor: 'whoever looks after the installation',
    since: checked_at,
    until: null,
    next: 'the rows stay as they are; look at them, and report it',
    command: 'attune ledger',
  };
}

function findUnchecked({ checked_at }: LedgerFacts): Finding {
  return {
    ...aboutNoTrigger,
    kind: 'ledger_unchecked',
    severity: 'warning',
    message: `the ledger was last checked ${checked_at.toISOString()}`,
    subject: { type: 'ledger', id: null, ref: null },
    count: 1,
    more: false,
    episode: checked_at.toISOString(),
    waits_for: 'a check by an executor',
    actor: 'executor',
    since: checked_at,
    until: null,
    next: 'an executor checks it every minute, unless it has to stop for the time it takes',
    command: 'attune ledger',
  };
}

/** By the queue they died in; the last one is named, so that each new one is told of. */
function findDeadLetters(letters: readonly DeadLetterFacts[]): Finding[] {
  const queues = [...new Set(letters.map(({ queue }) => queue))];
  return queues.map((queue) => {
    const dead = letters.filter((letter) => letter.queue === queue);
    const [first] = dead;
    const last = dead.at(-1);
    const one = dead.length === 1;
    return {
      ...aboutNoTrigger,
      kind: 'dead_letters',
      severity: 'error',
      message: `${countOf({ count: dead.length, more: false }, 'message')} of ${queue} could not be handled, the last: ${last?.reason}`,
      subject: { type: 'dead_letter', id: null, ref: last?.id ?? null },
      count: dead.length,
      more: false,
      episode: `${queue}:${last?.id}:${last?.died_at.toISOString()}`,
      waits_for: 'being sent again, or dropped',
      actor: 'whoever looks after the installation',
      since: first?.died_at ?? null,
      until: null,
      next: 'its row is announced again by a sweep; the message stays here until it is sent again or dropped',
      command: one ? `attune dead-letter requeue ${first?.id}` : 'attune dead-letter ls',
    };
  });
}
