import type { FiveServices, ServiceName } from '@attune/launch';
import { serviceNames } from '@attune/launch';
import pg from 'pg';
import { walPosition } from './wal-position.js';

/** What the five processes and the database have used up so far. */
export interface Costs {
  cpuSeconds: Record<ServiceName, number>;
  memoryBytes: Record<ServiceName, number>;
  statements: number;
  messages: number;
  walBytes: number;
}

export async function readCosts(services: FiveServices, databaseUrl: string): Promise<Costs> {
  const pages = await Promise.all(
    serviceNames.map(async (name) => [name, await scrape(services, name)] as const),
  );
  const of = (metric: string) =>
    Object.fromEntries(pages.map(([name, page]) => [name, page.get(metric) ?? 0])) as Record<
      ServiceName,
      number
    >;
  return {
    cpuSeconds: of('process_cpu_seconds_total'),
    memoryBytes: of('process_resident_memory_bytes'),
    statements: sum(of('attune_db_statements_total')),
    messages: sum(of('attune_messages_published_total')),
    walBytes: await walBytes(databaseUrl),
  };
}

/** The sum over all label sets of each metric on a Prometheus page. */
async function scrape(services: FiveServices, name: ServiceName): Promise<Map<string, number>> {
  const page = await (await fetch(`${services.healthUrl(name)}/metrics`)).text();
  const totals = new Map<string, number>();
  for (const line of page.split('\n')) {
    const [, metric, value] = /^([a-z_:]+)(?:\{[^}]*\})? ([0-9.e+-]+)$/i.exec(line) ?? [];
    if (metric !== undefined) totals.set(metric, (totals.get(metric) ?? 0) + Number(value));
  }
  return totals;
}

async function walBytes(databaseUrl: string): Promise<number> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    return await walPosition(client);
  } finally {
    await client.end();
  }
}

function sum(values: Record<string, number>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}
