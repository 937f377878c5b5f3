// Gives every test run the addresses of PostgreSQL and RabbitMQ (libs/testing/src/test-services.ts reads them).
module.exports = async () => {
  process.env.ATTUNE_TEST_DATABASE_URL ??= 'postgres://postgres@127.0.0.1:5432/postgres';
  process.env.ATTUNE_TEST_AMQP_URL ??= 'amqp://guest:guest@127.0.0.1:5672';
};
