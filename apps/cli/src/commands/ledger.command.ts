import { Command } from 'commander';
import { exitCode } from '../exit-code.js';
import { formatOf, printOne } from '../output/format.js';
import { clientFor } from '../session/client.js';

export function ledgerCommand(): Command {
  return new Command('ledger')
    .description('whether everything accepted has an outcome')
    .option('--since <instant>', 'only what was created since, such as 2026-01-31T12:00:00Z (default: ever)')
    .action(async ({ since }: { since?: string }, command: Command) => {
      const { data } = await clientFor(command).system.ledger({ query: { since } });
      const format = formatOf(command);
      if (format === 'table' || format === 'wide') {
        printOne(data.counts, format);
        for (const { check, message } of data.imbalances) console.log(`✗ ${check}: ${message}`);
        console.log(data.balanced ? 'the ledger balances' : 'the ledger does not balance');
      } else printOne(data, format);
      if (!data.balanced) process.exitCode = exitCode.failed;
    });
}
