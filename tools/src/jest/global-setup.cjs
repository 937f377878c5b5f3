// Gives a test run its PostgreSQL and RabbitMQ; libs/testing/src/test-services.ts reads the addresses.
// Addresses in the environment are taken as they are. Else a helper process finds or starts servers, and ends
// what it started when this process ends, however it ends. Runs without .int or .e2e tests need no servers.
const { spawn } = require('node:child_process');
const { readdirSync } = require('node:fs');
const path = require('node:path');

module.exports = async ({ projects, rootDir }) => {
  const { ATTUNE_TEST_DATABASE_URL, ATTUNE_TEST_AMQP_URL } = process.env;
  if (ATTUNE_TEST_DATABASE_URL && ATTUNE_TEST_AMQP_URL) return;
  if (!(projects.length > 0 ? projects : [rootDir]).some(needsServers)) return;
  Object.assign(process.env, await startServers());
};

function needsServers(project) {
  const sources = readdirSync(path.join(project, 'src'), { recursive: true });
  return sources.some((file) => /\.(int|e2e)\.test\.ts$/.test(file));
}

function startServers() {
  const helper = spawn(
    process.execPath,
    ['--conditions=@attune/source', '--import', 'tsx', path.join(__dirname, '..', 'test-services.ts')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    let output = '';
    helper.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (!output.endsWith('\n')) return;
      for (const handle of [helper, helper.stdin, helper.stdout]) handle.unref();
      resolve(JSON.parse(output));
    });
    helper.on('error', reject);
    helper.on('exit', () => reject(new Error('PostgreSQL and RabbitMQ for the tests could not be provided')));
  });
}
