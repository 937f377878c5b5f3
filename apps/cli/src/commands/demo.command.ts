import { createClient } from '@attune/contract';
import { Command } from 'commander';
import { createNarrator } from '../demo/narrator.js';
import { tellPushStory } from '../demo/push-story.js';
import { exitCode } from '../exit-code.js';
import { interruptibly } from '../interruption.js';

export function demoCommand(): Command {
  return new Command('demo')
    .description('start Attune, deliver a signed GitHub push, show each step to the result')
    .option('--services', 'as five processes on PostgreSQL and RabbitMQ, instead of one process')
    .action(async ({ services = false }: { services?: boolean }) => {
      await interruptibly((signal) => runDemo(services, signal));
    });
}

/** Ends what it started, also when it is interrupted. */
async function runDemo(services: boolean, signal: AbortSignal): Promise<void> {
  const { startAllInOneTarget, startServicesTarget } = await import('../demo/demo-target.js');
  const { unlessAborted } = await import('@attune/launch');
  const narrator = createNarrator();
  const start = services ? startServicesTarget : startAllInOneTarget;
  const target = await start(narrator, signal);
  try {
    const story = connect(target).then((client) => tellPushStory(client, narrator));
    const outcome = await unlessAborted(signal, story);
    console.log(JSON.stringify(outcome));
    process.exitCode = outcome.status === 'completed' ? exitCode.ok : exitCode.failed;
  } finally {
    await target.stop();
  }
}

async function connect({ url, login, password }: { url: string; login: string; password: string }) {
  const { data } = await createClient({ baseUrl: url }).auth.login({ body: { login, password } });
  return createClient({ baseUrl: url, token: data.access_token });
}
