import { Command } from 'commander';
import { exitCode } from '../exit-code.js';
import { findingLines } from '../output/findings.js';
import { formatOf, printOne } from '../output/format.js';
import { clientFor } from '../session/client.js';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('everything that does not move: why, who acts next, and the command for it')
    .option('--json', 'the same as -o json')
    .action(async (options: { json?: true }, command: Command) => {
      const { data } = await clientFor(command).doctor.diagnose();
      const format = options.json ? 'json' : formatOf(command);
      if (format === 'table' || format === 'wide') for (const line of findingLines(data)) console.log(line);
      else printOne(data, format);
      if (!data.healthy) process.exitCode = exitCode.failed;
    });
}
