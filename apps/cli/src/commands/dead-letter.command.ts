import type { CallOutput, Routes } from '@attune/contract';
import { Command } from 'commander';
import { formatOf, printList, printOne, type Column } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { identifier } from './arguments.js';

type DeadLetter = CallOutput<Routes['deadLetters']['list']>['items'][number];

const columns: readonly Column<DeadLetter>[] = [
  { heading: 'ID', value: (row) => row.id },
  { heading: 'TYPE', value: (row) => row.type },
  { heading: 'QUEUE', value: (row) => row.queue },
  { heading: 'DIED', value: (row) => row.died_at },
  { heading: 'ATTEMPTS', value: (row) => row.attempts },
  { heading: 'REASON', value: (row) => row.reason },
  { heading: 'BODY', value: (row) => row.body, wide: true },
];

export function deadLetterCommand(): Command {
  return new Command('dead-letter')
    .description('messages that could not be handled: ls, show, requeue, drop')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(requeueCommand())
    .addCommand(dropCommand());
}

function listCommand(): Command {
  return new Command('ls')
    .description('list dead letters, oldest first')
    .option('-n, --limit <number>', 'letters at most', identifier, 50)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const { items } = await clientFor(command).deadLetters.list({ query: { page_size: limit } });
      printList(items, columns, formatOf(command));
    });
}

function showCommand(): Command {
  return addressed('show')
    .description('show a dead letter')
    .action(async (id: string, _options: object, command: Command) => {
      const { data } = await clientFor(command).deadLetters.get({ params: { id } });
      printOne(data, formatOf(command));
    });
}

function requeueCommand(): Command {
  return addressed('requeue')
    .description('send a dead letter to its queue again')
    .action(async (id: string, _options: object, command: Command) => {
      const { data } = await clientFor(command).deadLetters.requeue({ params: { id } });
      console.log(`dead letter ${id} sent to ${data.queue} again`);
    });
}

function dropCommand(): Command {
  return addressed('drop')
    .description('forget a dead letter for good')
    .action(async (id: string, _options: object, command: Command) => {
      await clientFor(command).deadLetters.drop({ params: { id } });
      console.log(`dead letter ${id} dropped`);
    });
}

function addressed(verb: string): Command {
  return new Command(verb).argument('<id>', 'id of the message');
}
