import type { CallInput, CallOutput, Routes } from '@attune/contract';
import { Command } from 'commander';
import { formatOf, printList, type Column } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { pageOptions, type PageOptions } from './arguments.js';
import { readDefinition } from './definition-file.js';

type Action = CallOutput<Routes['actions']['list']>['items'][number];

const columns: readonly Column<Action>[] = [
  { heading: 'REF', value: (row) => row.ref },
  { heading: 'RUNTIME', value: (row) => row.runtime_ref },
  { heading: 'LABEL', value: (row) => row.label },
  { heading: 'DESCRIPTION', value: (row) => row.description, wide: true },
];

export function actionCommand(): Command {
  return new Command('action')
    .description('actions: ls, create')
    .addCommand(listCommand())
    .addCommand(createCommand());
}

function listCommand(): Command {
  return pageOptions(new Command('ls'))
    .description('list actions')
    .option('--pack <ref>', 'only of this pack')
    .action(async (options: PageOptions & { pack?: string }, command: Command) => {
      const query = { page_size: options.limit, cursor: options.cursor, pack_ref: options.pack };
      const { items } = await clientFor(command).actions.list({ query });
      printList(items, columns, formatOf(command));
    });
}

function createCommand(): Command {
  return new Command('create')
    .description('create an action from a YAML or JSON file (- is standard input)')
    .argument('<file>', 'ref, label, runtime_ref, entrypoint (the script), param_schema')
    .action(async (file: string, _options: object, command: Command) => {
      const body = readDefinition<CallInput<Routes['actions']['create']>['body']>(file);
      const { data, warnings = [] } = await clientFor(command).actions.create({ body });
      for (const warning of warnings) console.error(`warning: ${warning}`);
      console.log(`action ${data.ref} created`);
    });
}
