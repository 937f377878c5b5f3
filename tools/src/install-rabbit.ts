import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { canProvideRabbit } from '@attune/testing';

const run = promisify(execFile);

/** Installs rabbitmq-server on Debian as root where tests would find no broker; elsewhere says what to install. */
export async function ensureRabbit(): Promise<void> {
  if (await canProvideRabbit()) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(instructions());
  console.log('Installing rabbitmq-server for the tests (once)...');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'rabbitmq-server'], { env });
}

function instructions(): string {
  const install =
    process.platform === 'darwin' ? 'brew install rabbitmq' : 'sudo apt-get install rabbitmq-server';
  return [
    'The tests need RabbitMQ and found none on port 5672. One of these helps:',
    `  ${install}`,
    '  start Docker: the tests then run it in a container',
    '  set ATTUNE_TEST_AMQP_URL to a broker for tests',
  ].join('\n');
}
