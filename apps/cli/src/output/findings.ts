import type { CallOutput, Routes } from '@attune/contract';

export type Diagnosis = CallOutput<Routes['doctor']['diagnose']>['data'];
type Finding = Diagnosis['findings'][number];

const marks = { critical: '‼', error: '✗', warning: '!', info: '·' } as const;

/** What was found, for people: the most urgent first, each with its command. */
export function findingLines({ findings, healthy, warnings }: Diagnosis): string[] {
  const told = warnings.map((warning) => `! ${warning}`);
  if (findings.length === 0) return [...told, ...(healthy ? ['everything moves'] : [])];
  const waiting = healthy ? ['', 'nothing of it needs anybody: it waits as it should'] : [];
  return [...told, ...findings.flatMap(linesOf), ...waiting];
}

function linesOf(finding: Finding): string[] {
  const { severity, message, actor, next, since, until, command } = finding;
  const times = [
    ...(since === null ? [] : [`since ${since}`]),
    ...(until === null ? [] : [`until ${until}`]),
  ].join(', ');
  return [
    `${marks[severity]} ${message}${times === '' ? '' : ` (${times})`}`,
    `    who acts: ${actor}; ${next}`,
    ...(command === null ? [] : [`    $ ${command}`]),
  ];
}
