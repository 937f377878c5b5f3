import type { CallOutput, Routes } from '@attune/contract';
import { Command } from 'commander';
import { writeChunk } from '../output/execution.js';
import { formatOf, printFor, printList, printOne, type Column } from '../output/format.js';
import { traceLines } from '../output/trace.js';
import { clientFor } from '../session/client.js';
import { identifier, pageOptions, type PageOptions } from './arguments.js';

type Execution = CallOutput<Routes['executions']['list']>['items'][number];
type Status = Execution['status'];

const columns: readonly Column<Execution>[] = [
  { heading: 'ID', value: (row) => row.id },
  { heading: 'STATUS', value: (row) => row.status },
  { heading: 'ACTION', value: (row) => row.action_ref },
  { heading: 'RULE', value: (row) => row.rule_ref },
  { heading: 'CREATED', value: (row) => row.created },
  { heading: 'FINISHED', value: (row) => row.finished_at },
  { heading: 'ATTEMPT', value: (row) => row.attempt, wide: true },
  { heading: 'EVENT', value: (row) => row.cause_event, wide: true },
  { heading: 'WORKER', value: (row) => row.worker, wide: true },
];

export function execCommand(): Command {
  return new Command('exec')
    .description('executions: ls, show, log, trace, pause, resume, cancel')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(logCommand())
    .addCommand(traceCommand())
    .addCommand(steerCommand('pause', 'schedule an execution no more until it is resumed'))
    .addCommand(steerCommand('resume', 'let a paused execution go on'))
    .addCommand(steerCommand('cancel', 'cancel an execution'));
}

function listCommand(): Command {
  return pageOptions(new Command('ls'))
    .description('list executions, newest first')
    .option('--status <status>', 'only with this status')
    .option('--action <ref>', 'only of this action; * stands for any text')
    .option('--rule <ref>', 'only of this rule')
    .action(
      async (
        options: PageOptions & { status?: Status; action?: string; rule?: string },
        command: Command,
      ) => {
        const { items } = await clientFor(command).executions.list({
          query: {
            page_size: options.limit,
            cursor: options.cursor,
            status: options.status,
            action_ref: options.action,
            rule_ref: options.rule,
          },
        });
        printList(items, columns, formatOf(command));
      },
    );
}

function showCommand(): Command {
  return new Command('show')
    .description('show an execution with parameters and result')
    .argument('<id>', 'number of the execution', identifier)
    .action(async (id: number, _options: object, command: Command) => {
      const { data } = await clientFor(command).executions.get({ params: { id } });
      printOne(data, formatOf(command));
    });
}

function logCommand(): Command {
  return new Command('log')
    .description('print the output of an execution')
    .argument('<id>', 'number of the execution', identifier)
    .option('-f, --follow', 'go on until the execution is final')
    .action(async (id: number, options: { follow?: boolean }, command: Command) => {
      const client = clientFor(command);
      if (options.follow) {
        for await (const event of client.followLog(id)) if (event.event === 'chunk') writeChunk(event.data);
        return;
      }
      let after: string | undefined;
      for (let more = true; more;) {
        const page = await client.executions.log({ params: { id }, query: { after, limit: 1000 } });
        page.items.forEach((chunk) => writeChunk(chunk));
        after = page.items.at(-1)?.position ?? after;
        more = page.pagination.has_next;
      }
    });
}

function traceCommand(): Command {
  return new Command('trace')
    .description('what led to an execution, from the source on, and what it led to')
    .argument('<id>', 'number of the execution', identifier)
    .option('--depth <steps>', 'steps above and below, at most', identifier)
    .option('--limit <nodes>', 'nodes below, at most', identifier)
    .action(async (id: number, query: { depth?: number; limit?: number }, command: Command) => {
      const { data } = await clientFor(command).traces.ofExecution({ params: { id }, query });
      printFor(formatOf(command), data, traceLines);
    });
}

function steerCommand(verb: 'pause' | 'resume' | 'cancel', description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<id>', 'number of the execution', identifier)
    .action(async (id: number, _options: object, command: Command) => {
      const { data } = await clientFor(command).executions[verb]({ params: { id } });
      console.log(`execution ${id} ${data.status}`);
    });
}
