import type { CallOutput, Routes } from '@attune/contract';
import { Command } from 'commander';
import { formatOf, printList, type Column } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { pageOptions, type PageOptions } from './arguments.js';

type Pack = CallOutput<Routes['packs']['list']>['items'][number];

const columns: readonly Column<Pack>[] = [
  { heading: 'REF', value: (row) => row.ref },
  { heading: 'VERSION', value: (row) => row.version },
  { heading: 'LABEL', value: (row) => row.label },
  { heading: 'DESCRIPTION', value: (row) => row.description, wide: true },
];

export function packCommand(): Command {
  return new Command('pack')
    .description('packs: ls, create')
    .addCommand(listCommand())
    .addCommand(createCommand());
}

function listCommand(): Command {
  return pageOptions(new Command('ls'))
    .description('list packs')
    .action(async (options: PageOptions, command: Command) => {
      const query = { page_size: options.limit, cursor: options.cursor };
      const { items } = await clientFor(command).packs.list({ query });
      printList(items, columns, formatOf(command));
    });
}

function createCommand(): Command {
  return new Command('create')
    .description('create an empty pack, for rules and actions of your own')
    .argument('<ref>', 'one word, such as ops')
    .option('--label <text>', 'its name for people')
    .action(async (ref: string, { label = ref }: { label?: string }, command: Command) => {
      await clientFor(command).packs.create({ body: { ref, label, version: '0.1.0' } });
      console.log(`pack ${ref} created`);
    });
}
