import { Command } from 'commander';
import { UsageError } from '../output/failure.js';

export function dbCommand(): Command {
  return new Command('db').description('database: migrate').addCommand(migrateCommand());
}

function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the schema up to date; safe to run by several at once')
    .option('--database-url <url>', 'PostgreSQL address (default: ATTUNE__DATABASE__URL)')
    .action(async (options: { databaseUrl?: string }) => {
      const url = options.databaseUrl ?? process.env['ATTUNE__DATABASE__URL'];
      if (url === undefined)
        throw new UsageError('which database? give --database-url or ATTUNE__DATABASE__URL');
      const { migrate, openDatabase } = await import('@attune/db');
      const database = openDatabase({ url, poolSize: 1, applicationName: 'attune-migrate' });
      try {
        const applied = await migrate(database.db);
        console.log(applied.length === 0 ? 'the schema is up to date' : `applied ${applied.join(', ')}`);
      } finally {
        await database.close();
      }
    });
}
