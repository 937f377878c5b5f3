import type { CallInput, CallOutput, Routes } from '@attune/contract';
import { Command } from 'commander';
import { formatOf, printList, type Column } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { pageOptions, type PageOptions } from './arguments.js';
import { showCommand, switchCommand } from './switched.command.js';
import { readDefinition } from './definition-file.js';
import { backtestCommand, explainCommand, testCommand } from './rule-trial.command.js';

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
    .description('rules: ls, show, create, enable, disable, explain, test, backtest')
    .addCommand(listCommand())
    .addCommand(showCommand('rule'))
    .addCommand(createCommand())
    .addCommand(switchCommand('rule', 'enable'))
    .addCommand(switchCommand('rule', 'disable'))
    .addCommand(explainCommand())
    .addCommand(testCommand())
    .addCommand(backtestCommand());
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

function createCommand(): Command {
  return new Command('create')
    .description('create a rule from a YAML or JSON file (- is standard input)')
    .argument('<file>', 'ref, label, trigger_ref, conditions, action_ref, action_params')
    .action(async (file: string, _options: object, command: Command) => {
      const body = readDefinition<CallInput<Routes['rules']['create']>['body']>(file);
      const { data, warnings = [] } = await clientFor(command).rules.create({ body });
      for (const warning of warnings) console.error(`warning: ${warning}`);
      console.log(`rule ${data.ref} created`);
    });
}
