import type { Explanation, RuleTest, ShownBacktest, ShownOutcome } from '@attune/contract';

type Outcome = ShownOutcome & Pick<RuleTest, 'rule_ref'>;

const idsShown = 10;

const verdicts: Record<Outcome['verdict'], string> = {
  execution: 'is run',
  refused: 'matches, and is not run',
  no_match: 'does not match',
  error: 'could not be decided',
};

export function explanationLines(explained: Explanation): string[] {
  const { live, reasons, agrees } = explained;
  return [
    ...outcomeLines(explained, `event ${explained.event}`),
    ...reasons.map(({ code, message }) => `  but: ${message} (${code})`),
    `in fact: ${factOf(live)}`,
    ...(agrees === false ? ['this is not what the rule says: tell whoever runs this installation'] : []),
  ];
}

export function ruleTestLines(tested: RuleTest): string[] {
  const issues = tested.payload_issues.map(({ path, message }) => `  ${path}: ${message}`);
  return [
    ...outcomeLines(tested, 'this payload'),
    ...(issues.length === 0 ? [] : ['an event with this payload would not be accepted:', ...issues]),
  ];
}

export function backtestLines(result: ShownBacktest): string[] {
  return [
    `rule ${result.rule_ref} on ${result.events} events of ${result.trigger_ref}, in ${result.duration_ms} ms`,
    ...(result.stopped_by === null ? [] : [`stopped before the end: limit of ${result.stopped_by}`]),
    `  matches         ${result.matches}`,
    `  executions      ${result.executions}${peakOf(result)}`,
    ...Object.entries(result.refusals).map(([code, count]) => `  not run         ${count} (${code})`),
    `  no match        ${result.non_matches}`,
    ...result.failing_clauses.slice(0, idsShown).map(clauseLine),
    ...(result.errors === 0 ? [] : [`  errors          ${result.errors}`]),
    ...result.error_examples.map(({ event, message }) => `    event ${event}: ${message}`),
    ...Object.entries(result.distinct).flatMap(distinctLines),
    ...differenceLines(result),
    ...result.match_examples.slice(0, 3).map(exampleLine),
  ];
}

function outcomeLines(outcome: Outcome, subject: string): string[] {
  const { clauses, error, refusal, parameters } = outcome;
  return [
    `rule ${outcome.rule_ref}: ${subject} ${verdicts[outcome.verdict]}`,
    ...clauses.map(({ ok, explanation }) => `  ${ok ? '✓' : '✗'} ${explanation}`),
    ...(error === null ? [] : [`  error: ${error}`]),
    ...(refusal === null ? [] : [`  not run, ${refusal.code}: ${refusal.detail}`]),
    ...(parameters === null ? [] : [`  parameters: ${JSON.stringify(parameters)}`]),
  ];
}

function factOf({
  status,
  enforcement,
  enforcement_status,
  execution,
  execution_status,
}: Explanation['live']) {
  if (status === 'pending') return 'not evaluated yet';
  if (enforcement === null) return 'no match';
  const decided = `enforcement ${enforcement} ${enforcement_status ?? ''}`.trimEnd();
  return execution === null
    ? decided
    : `${decided}, execution ${execution} ${execution_status ?? 'removed since'}`;
}

function peakOf({ peak_hour: hour, peak_minute: minute }: ShownBacktest): string {
  if (hour === null || minute === null) return '';
  return ` (at most ${hour.count} in an hour, ${minute.count} in a minute: ${minute.from})`;
}

function clauseLine({
  path,
  operator,
  expected,
  count,
  event,
}: ShownBacktest['failing_clauses'][number]): string {
  const claim = operator === 'expression' ? path : `${path} ${operator} ${JSON.stringify(expected) ?? ''}`;
  return `    ${count} × ${claim.trim()} (event ${event})`;
}

function distinctLines([path, { count, is_more, values }]: [
  string,
  ShownBacktest['distinct'][string],
]): string[] {
  return [
    `  values of ${path}: ${count}${is_more ? ' and more' : ''}`,
    ...values.slice(0, idsShown).map((each) => `    ${each.count} × ${each.value}`),
  ];
}

function differenceLines({ difference }: ShownBacktest): string[] {
  if (difference === null) return [];
  const line = (name: string, { count, events }: { count: number; events: number[] }) => {
    const more = count > idsShown ? ', …' : '';
    return `    ${name} ${count}${count === 0 ? '' : `: ${events.slice(0, idsShown).join(', ')}${more}`}`;
  };
  return [
    '  beside the rule as it is',
    line('matches more  ', difference.added),
    line('matches less  ', difference.removed),
    line('other outcome ', difference.changed),
  ];
}

function exampleLine({ event, created, parameters }: ShownBacktest['match_examples'][number]): string {
  return `  event ${event} of ${created}: ${JSON.stringify(parameters)}`;
}
