import { Command } from 'commander';
import { followExecution } from '../output/execution.js';
import { formatOf } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { parseParameters } from './parameters.js';

interface RunOptions {
  timeout?: string;
  startTimeout?: string;
  totalTimeout?: string;
  detach?: boolean;
}

export function runCommand(): Command {
  return new Command('run')
    .description('run an action, follow its output, print its result')
    .argument('<action>', 'ref of the action, such as core.echo')
    .argument('[parameters...]', 'name=text, or name:=json for other types')
    .option('--timeout <seconds>', 'limit of one attempt')
    .option('--start-timeout <seconds>', 'limit of the wait for the first start')
    .option('--total-timeout <seconds>', 'limit of all attempts and delays together')
    .option('-d, --detach', 'print the execution and do not wait')
    .action(async (actionRef: string, words: string[], options: RunOptions, command: Command) => {
      const client = clientFor(command);
      const { data } = await client.executions.execute({
        body: {
          action_ref: actionRef,
          parameters: parseParameters(words),
          ...limitsOf(options),
        },
      });
      if (options.detach) return console.log(data.id);
      process.exitCode = await followExecution(client, data.id, formatOf(command));
    });
}

function limitsOf({ timeout, startTimeout, totalTimeout }: RunOptions) {
  return {
    ...(timeout === undefined ? {} : { timeout_seconds: Number(timeout) }),
    ...(startTimeout === undefined ? {} : { start_timeout_seconds: Number(startTimeout) }),
    ...(totalTimeout === undefined ? {} : { total_timeout_seconds: Number(totalTimeout) }),
  };
}
