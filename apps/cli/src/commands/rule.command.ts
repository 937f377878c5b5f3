import type { CallOutput, Routes } from '@attune/contract';
import { Command } from 'commander';
import { formatOf, printList, printOne, type Column } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { pageOptions, type PageOptions } from './arguments.js';

type Rule = CallOutput<Routes['rules']['list']>['items'][number];

const columns: readonly Column<Rule>[] = [
  { heading: 'REF', value: (row) => row.ref },
  { heading: 'ENABLED', value: (row) => row.enabled },
  { heading: 'TRIGGER', value: (row) => row.trigger_ref },
  { heading: 'ACTION', value: (row) => row.action_ref },
  { heading: 'LABEL', value: (row) => row.label, wide: true },
];

export function ruleCommand(): Command {
  return new Command('rule')
    .description('rules: ls, show')
    .addCommand(listCommand())
    .addCommand(showCommand());
}

function listCommand(): Command {
  return pageOptions(new Command('ls'))
    .description('list rules')
    .option('--trigger <ref>', 'only of this trigger; * stands for any text')
    .option('--pack <ref>', 'only of this pack')
    .action(async (options: PageOptions & { trigger?: string; pack?: string }, command: Command) => {
      const { items } = await clientFor(command).rules.list({
        query: {
          page_size: options.limit,
          cursor: options.cursor,
          trigger_ref: options.trigger,
          pack_ref: options.pack,
        },
      });
      printList(items, columns, formatOf(command));
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('show a rule')
    .argument('<ref>', 'ref of the rule')
    .action(async (ref: string, _options: object, command: Command) => {
      const { data } = await clientFor(command).rules.get({ params: { ref } });
      printOne(data, formatOf(command));
    });
}
