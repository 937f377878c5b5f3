import { Command } from 'commander';
import { formatOf, printFor, printOne } from '../output/format.js';
import { traceLines } from '../output/trace.js';
import { clientFor } from '../session/client.js';
import { identifier } from './arguments.js';
import { parseJson, parseParameters } from './parameters.js';

interface EmitOptions {
  payload?: string;
  dedupeKey?: string;
}

export function eventCommand(): Command {
  return new Command('event')
    .description('events: emit, trace')
    .addCommand(emitCommand())
    .addCommand(traceCommand());
}

function emitCommand(): Command {
  return new Command('emit')
    .description('record an event of a trigger')
    .argument('<trigger>', 'ref of the trigger')
    .argument('[fields...]', 'payload as name=text, or name:=json for other types')
    .option('--payload <json>', 'the whole payload as JSON')
    .option('--dedupe-key <key>', 'record at most one event with this key')
    .action(async (trigger: string, words: string[], options: EmitOptions, command: Command) => {
      const payload =
        options.payload === undefined ? parseParameters(words) : parseJson('--payload', options.payload);
      const { data } = await clientFor(command).events.record({
        body: {
          trigger_ref: trigger,
          payload,
          ...(options.dedupeKey === undefined ? {} : { dedupe_key: options.dedupeKey }),
        },
      });
      printOne(data, formatOf(command));
    });
}

function traceCommand(): Command {
  return new Command('trace')
    .description('what led to an event, from the source on, and what it led to')
    .argument('<id>', 'number of the event', identifier)
    .option('--depth <steps>', 'steps above and below, at most', identifier)
    .option('--limit <nodes>', 'nodes below, at most', identifier)
    .action(async (id: number, query: { depth?: number; limit?: number }, command: Command) => {
      const { data } = await clientFor(command).traces.ofEvent({ params: { id }, query });
      printFor(formatOf(command), data, traceLines);
    });
}
