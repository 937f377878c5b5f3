import { Command, InvalidArgumentError } from 'commander';
import { becomeApp } from '../become-app.js';

interface DevOptions {
  port: number;
  data: string;
  set: string[];
}

export function devCommand(): Command {
  return new Command('dev')
    .description('start everything in one process and stay; ctrl-c stops it')
    .option('--port <number>', 'of the API; 0 takes any free one', portNumber, 8080)
    .option('--data <dir>', 'where everything is kept', '.attune/dev')
    .option('--set <key=value>', 'any other setting, such as log.level=info', collect, [])
    .action(async (options: DevOptions) => {
      await becomeApp('all-in-one', [
        `--api.port=${options.port}`,
        `--data.dir=${options.data}`,
        ...options.set.map((setting) => `--${setting}`),
      ]);
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('expected 0 to 65535');
  return port;
}

function collect(setting: string, before: string[]): string[] {
  return [...before, setting];
}
