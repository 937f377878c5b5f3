import type { CallOutput, Routes } from '@attune/contract';
import { Command } from 'commander';
import { formatOf, printList, type Column } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { identifier, pageOptions, type PageOptions } from './arguments.js';

type Worker = CallOutput<Routes['workers']['list']>['items'][number];

const columns: readonly Column<Worker>[] = [
  { heading: 'ID', value: (row) => row.id },
  { heading: 'NAME', value: (row) => row.name },
  { heading: 'ROLE', value: (row) => row.worker_role },
  { heading: 'STATE', value: (row) => row.health_state },
  { heading: 'BUSY', value: (row) => `${row.load.total_active}/${row.load.max_concurrent_executions}` },
  { heading: 'LAST HEARTBEAT', value: (row) => row.last_heartbeat },
  { heading: 'CORDON', value: (row) => row.cordon_reason, wide: true },
  { heading: 'CAPABILITIES', value: (row) => row.capabilities },
];

export function workerCommand(): Command {
  return new Command('worker')
    .description('workers: ls, cordon, uncordon')
    .addCommand(listCommand())
    .addCommand(cordonCommand())
    .addCommand(uncordonCommand());
}

function listCommand(): Command {
  return pageOptions(new Command('ls'))
    .description('list workers and sensor services with what they offer')
    .action(async (options: PageOptions, command: Command) => {
      const query = { page_size: options.limit, cursor: options.cursor };
      const { items } = await clientFor(command).workers.list({ query });
      printList(items, columns, formatOf(command));
    });
}

function cordonCommand(): Command {
  return new Command('cordon')
    .description('give a worker nothing new')
    .argument('<id>', 'number of the worker', identifier)
    .option('--reason <text>', 'why, for others')
    .action(async (id: number, options: { reason?: string }, command: Command) => {
      const { data } = await clientFor(command).workers.cordon({ params: { id }, body: options });
      console.log(`worker ${data.name} cordoned`);
    });
}

function uncordonCommand(): Command {
  return new Command('uncordon')
    .description('give a worker executions again')
    .argument('<id>', 'number of the worker', identifier)
    .action(async (id: number, _options: object, command: Command) => {
      const { data } = await clientFor(command).workers.uncordon({ params: { id } });
      console.log(`worker ${data.name} uncordoned`);
    });
}
