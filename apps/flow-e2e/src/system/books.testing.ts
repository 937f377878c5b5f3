import { existsSync, readFileSync } from 'node:fs';
import { ledger, type Database, type Ledger } from '@attune/db';
import { waitUntil } from '@attune/testing';

/** Waits until nothing is under way any more, and answers the ledger of that moment. */
export async function awaitQuiet({ db }: Database, timeoutMs = 45_000): Promise<Ledger> {
  let last: Ledger | undefined;
  return waitUntil(
    async () => {
      last = await ledger(db);
      return isQuiet(last) ? last : undefined;
    },
    { timeoutMs, intervalMs: 100, message: () => `everything to be settled: ${JSON.stringify(last)}` },
  );
}

function isQuiet({ counts }: Ledger): boolean {
  return (
    counts.events_pending === 0 &&
    counts.enforcements_pending === 0 &&
    counts.attempts_running === 0 &&
    counts.executions_to_settle === 0 &&
    counts.executions === counts.executions_settled
  );
}

/** The equations of the ledger, each as [left, right], for one readable comparison. */
export function equations({ counts }: Ledger): Record<string, [number, number]> {
  return {
    'events = evaluated': [counts.events_accepted, counts.events_evaluated],
    'matches = enforcements': [counts.matches, counts.enforcements],
    'enforcements = executions + disabled': [
      counts.enforcements,
      counts.executions_enforced + counts.enforcements_disabled,
    ],
    'attempts started = finished + lost': [
      counts.attempts_started,
      counts.attempts_finished + counts.attempts_lost,
    ],
    'finished = settled': [counts.executions_finished, counts.executions_settled],
  };
}

export function unequal(sheet: Ledger): string[] {
  return Object.entries(equations(sheet))
    .filter(([, [left, right]]) => left !== right)
    .map(([name, [left, right]]) => `${name}: ${left} ≠ ${right}`);
}

/** Lines `<execution> <attempt>` that started programs have left. */
export function readMarks(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

export function repeated(marks: readonly string[]): string[] {
  return marks.filter((mark, index) => marks.indexOf(mark) !== index);
}
