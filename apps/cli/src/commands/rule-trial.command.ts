import type { CallInput, Routes, StreamEvent } from '@attune/contract';
import { Command } from 'commander';
import { formatOf, printFor } from '../output/format.js';
import { backtestLines, explanationLines, ruleTestLines } from '../output/rule-trial.js';
import { clientFor } from '../session/client.js';
import { identifier } from './arguments.js';
import { readDefinition } from './definition-file.js';
import { parseJson, parseParameters } from './parameters.js';

type BacktestBody = CallInput<Routes['rules']['backtest']>['body'];

interface BacktestOptions {
  from?: string;
  to?: string;
  draft?: string;
  version?: number;
  maxEvents?: number;
  distinct?: string[];
}

export function explainCommand(): Command {
  return new Command('explain')
    .description('why a rule matched an event, or did not, and what in fact happened')
    .argument('<ref>', 'ref of the rule')
    .requiredOption('--event <id>', 'number of the event', identifier)
    .action(async (ref: string, { event }: { event: number }, command: Command) => {
      const { data } = await clientFor(command).rules.explain({ params: { ref }, query: { event } });
      printFor(formatOf(command), data, explanationLines);
    });
}

export function testCommand(): Command {
  return new Command('test')
    .description('what a rule would make of an event with this payload; nothing is recorded or run')
    .argument('<ref>', 'ref of the rule')
    .argument('[fields...]', 'payload as name=text, or name:=json for other types')
    .option('--payload <json>', 'the whole payload as JSON')
    .action(async (ref: string, words: string[], options: { payload?: string }, command: Command) => {
      const payload =
        options.payload === undefined ? parseParameters(words) : parseJson('--payload', options.payload);
      const { data } = await clientFor(command).rules.test({ params: { ref }, body: { payload } });
      printFor(formatOf(command), data, ruleTestLines);
    });
}

export function backtestCommand(): Command {
  return new Command('backtest')
    .description('what a rule, or a draft of one, would have done with the recorded events of its trigger')
    .argument('[ref]', 'ref of the rule; a draft may name it')
    .option('--from <time>', 'events from then on, as 2026-01-31T00:00:00Z')
    .option('--to <time>', 'events before then')
    .option('--draft <file>', 'YAML or JSON of what the rule would say (- is standard input)')
    .option('--version <number>', 'of the rule, instead of the present one', identifier)
    .option('--max-events <number>', 'look at the first ones only', identifier)
    .option('--distinct <parameters...>', 'count the different values of these action parameters')
    .action(async (ref: string | undefined, options: BacktestOptions, command: Command) => {
      const events = clientFor(command).followBacktest(bodyOf(ref, options));
      for await (const event of events) showEvent(event, command);
    });
}

function bodyOf(rule_ref: string | undefined, options: BacktestOptions): BacktestBody {
  const { from, to, version, draft: file, maxEvents: max_events, distinct } = options;
  const draft = file === undefined ? undefined : readDefinition<BacktestBody['draft']>(file);
  return { rule_ref, from, to, version, draft, max_events, distinct };
}

/** Progress goes where it does not mix with the result, and only where somebody looks. */
function showEvent(event: StreamEvent<Routes['rules']['backtest']>, command: Command): void {
  const isWatched = process.stderr.isTTY && command.optsWithGlobals<{ quiet?: boolean }>().quiet !== true;
  if (event.event === 'result') {
    if (isWatched) process.stderr.write('\r\u001b[K');
    printFor(formatOf(command), event.data, backtestLines);
  } else if (isWatched) {
    const { events, matches, share } = event.data;
    process.stderr.write(`\r${Math.round(share * 100)} % · ${events} events, ${matches} matches`);
  }
}
