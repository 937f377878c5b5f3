import { fastify } from 'fastify';
import pg from 'pg';
import { statements } from './yardstick-statements.js';
import type { YardstickSettings } from './yardstick-settings.js';

/*
 * The yardstick: what the API does, as the least that answers the same. One route, one prepared statement, one commit;
 * nobody is authenticated, nothing is checked, announced, limited or logged.
 */
const { databaseUrl, connections, trigger } = JSON.parse(process.argv[2] ?? '') as YardstickSettings;
const bigint = 20;
pg.types.setTypeParser(bigint, Number);
const pool = new pg.Pool({ connectionString: databaseUrl, max: connections });

async function run<Row extends object>(name: keyof typeof statements, values: unknown[]): Promise<Row[]> {
  return (await pool.query<Row>({ name, text: statements[name], values })).rows;
}

const eventOf = [trigger.id, trigger.ref, trigger.version];
const app = fastify();

app.get<{ Querystring: { before?: string } }>('/executions', async ({ query }) => {
  const items = await run<{ id: number }>('listExecutions', [query.before ?? Number.MAX_SAFE_INTEGER, 50]);
  return { items, pagination: { page_size: 50, next_cursor: items.at(-1)?.id } };
});

app.post<{ Body: { payload: unknown } }>('/events', async ({ body }, reply) => {
  const [row] = await run('insertEvent', [...eventOf, JSON.stringify(body.payload), null]);
  return reply.code(201).send({ data: row });
});

app.post<{ Body: { events: { payload: unknown }[] } }>('/events/batch', async ({ body }, reply) => {
  const payloads = body.events.map(({ payload }) => JSON.stringify(payload));
  return reply.code(201).send({ data: { events: await run('insertEvents', [...eventOf, payloads]) } });
});

app.post('/webhook', async ({ body, headers, ip }, reply) => {
  const config = JSON.stringify({ headers: { 'content-type': headers['content-type'] }, source_ip: ip });
  const [row] = await run('insertEvent', [...eventOf, JSON.stringify(body), config]);
  return reply.code(202).send({ data: row });
});

app.get('/metrics', () => {
  const { user, system } = process.cpuUsage();
  return `process_cpu_seconds_total ${(user + system) / 1_000_000}\n`;
});

process.on('disconnect', () => process.exit());
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
