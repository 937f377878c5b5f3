import type { CallOutput, Routes } from '@attune/contract';
import { Command } from 'commander';
import { UsageError } from '../output/failure.js';
import { formatOf, printList, type Column } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { identifier, pageOptions, type PageOptions } from './arguments.js';
import { parseJson, parseParameters } from './parameters.js';

type Inquiry = CallOutput<Routes['inquiries']['list']>['items'][number];

const columns: readonly Column<Inquiry>[] = [
  { heading: 'ID', value: (row) => row.id },
  { heading: 'STATUS', value: (row) => row.status },
  { heading: 'EXECUTION', value: (row) => row.execution },
  { heading: 'PROMPT', value: (row) => row.prompt },
  { heading: 'UNTIL', value: (row) => row.timeout_at },
];

export function inquiryCommand(): Command {
  return new Command('inquiry')
    .description('inquiries: ls, respond')
    .addCommand(listCommand())
    .addCommand(respondCommand());
}

function listCommand(): Command {
  return pageOptions(new Command('ls'))
    .description('list inquiries that are open, newest first')
    .option('--all', 'also those that are over')
    .action(async (options: PageOptions & { all?: true }, command: Command) => {
      const { items } = await clientFor(command).inquiries.list({
        query: {
          page_size: options.limit,
          cursor: options.cursor,
          ...(options.all ? {} : { status: 'pending' as const }),
        },
      });
      printList(items, columns, formatOf(command));
    });
}

function respondCommand(): Command {
  return new Command('respond')
    .description('answer an inquiry')
    .argument('<id>', 'number of the inquiry', identifier)
    .argument('[fields...]', 'answer as name=text, or name:=json for other types')
    .option('--response <json>', 'the whole answer as JSON')
    .action(async (id: number, words: string[], options: { response?: string }, command: Command) => {
      await clientFor(command).inquiries.respond({
        params: { id },
        body: { response: responseOf(words, options) },
      });
      console.log(`inquiry ${id} answered`);
    });
}

/** An answer is asked for: nobody answers by leaving it out. */
function responseOf(words: readonly string[], { response }: { response?: string }): unknown {
  if (response !== undefined) return parseJson('--response', response);
  if (words.length === 0) throw new UsageError('what is the answer? name=text, name:=json or --response');
  return parseParameters(words);
}
