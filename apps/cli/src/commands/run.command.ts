import { Command } from 'commander';
import { followExecution } from '../output/execution.js';
import { formatOf } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { parseParameters } from './parameters.js';

interface RunOptions {
  timeout?: string;
  detach?: boolean;
}

export function runCommand(): Command {
  return new Command('run')
    .description('run an action, follow its output, print its result')
    .argument('<action>', 'ref of the action, such as core.echo')
    .argument('[parameters...]', 'name=text, or name:=json for other types')
    .option('--timeout <seconds>', 'limit of the run')
    .option('-d, --detach', 'print the execution and do not wait')
    .action(async (actionRef: string, words: string[], options: RunOptions, command: Command) => {
      const client = clientFor(command);
      const { data } = await client.executions.execute({
        body: {
          action_ref: actionRef,
          parameters: parseParameters(words),
          ...(options.timeout === undefined ? {} : { timeout_seconds: Number(options.timeout) }),
        },
      });
      if (options.detach) return console.log(data.id);
      process.exitCode = await followExecution(client, data.id, formatOf(command));
    });
}
