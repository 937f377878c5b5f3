export interface TestServiceUrls {
  /** A PostgreSQL server on which tests may create databases. */
  databaseUrl: string;
  amqpUrl: string;
}

/** Addresses of the servers the test run was given by Jest's global setup (tools/src/jest/global-setup.cjs). */
export function testServices(): TestServiceUrls {
  return {
    databaseUrl: provided('ATTUNE_TEST_DATABASE_URL'),
    amqpUrl: provided('ATTUNE_TEST_AMQP_URL'),
  };
}

function provided(name: string): string {
  const url = process.env[name];
  if (url === undefined || url === '')
    throw new Error(`${name} is not set: run the tests through jest or ./attune test`);
  return url;
}
