export interface Servers {
  databaseServer: string;
  brokerUrl: string;
}

/** Settings by environment (`ATTUNE_BENCH_DATABASE_URL`, `ATTUNE_BENCH_AMQP_URL`), else the standard local ports. */
export function benchServers(): Servers {
  return {
    databaseServer: process.env['ATTUNE_BENCH_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
    brokerUrl: process.env['ATTUNE_BENCH_AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672',
  };
}
