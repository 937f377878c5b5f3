import { once } from 'node:events';
import { providePostgres, provideRabbit } from '@attune/testing';

// Prints the addresses as environment variables in one JSON line and keeps the servers it started until its
// standard input ends, which it also does when the parent is killed.

const [database, broker] = await Promise.all([providePostgres(), provideRabbit()]);
console.log(JSON.stringify({ ATTUNE_TEST_DATABASE_URL: database.url, ATTUNE_TEST_AMQP_URL: broker.url }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
await once(process.stdin.resume(), 'close');
await Promise.all([database.stop(), broker.stop()]);
