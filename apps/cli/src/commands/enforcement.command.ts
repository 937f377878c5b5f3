import type { CallOutput, Routes } from '@attune/contract';
import { Command } from 'commander';
import { formatOf, printList, type Column } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { identifier, pageOptions, type PageOptions } from './arguments.js';

type Enforcement = CallOutput<Routes['enforcements']['list']>['items'][number];
type Status = Enforcement['status'];

const columns: readonly Column<Enforcement>[] = [
  { heading: 'ID', value: (row) => row.id },
  { heading: 'STATUS', value: (row) => row.status },
  { heading: 'RULE', value: (row) => row.rule_ref },
  { heading: 'EVENT', value: (row) => row.event },
  { heading: 'EXECUTION', value: (row) => row.execution },
  { heading: 'WAITS FOR', value: (row) => row.waiting?.detail ?? row.waiting?.for },
  { heading: 'REASON', value: (row) => row.reason?.code },
];

export function enforcementCommand(): Command {
  return new Command('enforcement')
    .description('matches of rules: ls, release, drop')
    .addCommand(listCommand())
    .addCommand(decideCommand('release', 'let a held match go on', 'released'))
    .addCommand(decideCommand('drop', 'give up a held match', 'dropped'));
}

function listCommand(): Command {
  return pageOptions(new Command('ls'))
    .description('list matches, newest first')
    .option('--status <status>', 'only with this status; `created` is not decided yet')
    .option('--rule <ref>', 'only of this rule')
    .action(async (options: PageOptions & { status?: Status; rule?: string }, command: Command) => {
      const { items } = await clientFor(command).enforcements.list({
        query: {
          page_size: options.limit,
          cursor: options.cursor,
          status: options.status,
          rule_ref: options.rule,
        },
      });
      printList(items, columns, formatOf(command));
    });
}

function decideCommand(verb: 'release' | 'drop', description: string, done: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<id>', 'number of the enforcement', identifier)
    .action(async (id: number, _options: object, command: Command) => {
      await clientFor(command).enforcements[verb]({ params: { id } });
      console.log(`enforcement ${id} ${done}`);
    });
}
