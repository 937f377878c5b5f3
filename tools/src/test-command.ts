import { providePostgres, provideRabbit } from '@attune/testing';
import type { ProvidedService } from '@attune/testing';
import { ensureRabbit } from './install-rabbit.js';
import { runTests } from './run-tests.js';
import { close, sum } from './tally.js';
import type { Tally } from './tally.js';
import { verify } from './verify-steps.js';

// `./attune test [--no-verify] [arguments of Jest]`: services, checks, all tests, one closing line.

const noVerify = '--no-verify';
const args = process.argv.slice(2);

// Jest gets the signal too; what was started here is stopped after it has ended.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const starting = startServices();
starting.catch(() => {}); // Told after the checks, which need no services.
const checks = args.includes(noVerify) ? { passed: 0, failed: 0 } : await verify();
const tests = await testsOn(starting);
close(sum([checks, tests]));

interface Services {
  database: ProvidedService;
  broker: ProvidedService;
}

async function startServices(): Promise<Services> {
  await ensureRabbit();
  const [database, broker] = await Promise.allSettled([providePostgres(), provideRabbit()]);
  if (database.status === 'fulfilled' && broker.status === 'fulfilled') {
    return { database: database.value, broker: broker.value };
  }
  for (const other of [database, broker]) if (other.status === 'fulfilled') await other.value.stop();
  throw (database.status === 'rejected' ? database : (broker as PromiseRejectedResult)).reason;
}

async function testsOn(starting: Promise<Services>): Promise<Tally> {
  try {
    const { database, broker } = await starting;
    process.env['ATTUNE_TEST_DATABASE_URL'] = database.url;
    process.env['ATTUNE_TEST_AMQP_URL'] = broker.url;
    console.log(`PostgreSQL: ${database.from}; RabbitMQ: ${broker.from}`);
    const tally = await runTests(args.filter((argument) => argument !== noVerify));
    await Promise.all([database.stop(), broker.stop()]);
    return tally;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1 };
  }
}
