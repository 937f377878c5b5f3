import { serviceNames, startTemporaryInstallation } from '@attune/launch';
import type { TemporaryInstallation } from '@attune/launch';
import { spyOnExchanges } from '@attune/mq/testing';
import { testServices, waitUntil } from '@attune/testing';
import { WebSocket } from 'ws';
import { logIn } from './log-in.testing.js';
import { quickLeases, quickRepairs } from './test-system.testing.js';

const chatty = { ATTUNE__LOG__LEVEL: 'debug' };

/** Five processes, and everything that leaves them. */
export async function startSpiedProcesses() {
  const { databaseUrl: databaseServer, amqpUrl: brokerUrl } = testServices();
  const installation = await startTemporaryInstallation({
    purpose: 'canary',
    databaseServer,
    brokerUrl,
    packs: ['packs/core'],
    env: {
      api: chatty,
      executor: { ...chatty, ...quickRepairs },
      worker: { ...chatty, ...quickLeases },
      sensor: chatty,
      notifier: chatty,
    },
  });
  const { services, account, database, prefix, stop } = installation;
  const spy = await spyOnExchanges({ url: brokerUrl, prefix });
  const { client, accessToken } = await logIn(services.apiUrl, account);
  const changes = await followChanges(services, accessToken);
  return {
    client,
    accessToken,
    database,
    apiUrl: services.apiUrl,
    messages: spy.messages,
    changes,
    logs: () => serviceNames.map((service) => services.process(service).output()),
    stop: async () => {
      await spy.close();
      await stop();
    },
  };
}

export type SpiedProcesses = Awaited<ReturnType<typeof startSpiedProcesses>>;

/** Everything that a subscriber of everything is told, as text. */
async function followChanges(
  { notifierUrl }: TemporaryInstallation['services'],
  token: string,
): Promise<readonly string[]> {
  const heard: string[] = [];
  const socket = new WebSocket(`${notifierUrl}/ws`, { headers: { authorization: `Bearer ${token}` } });
  socket.on('message', (data: Buffer) => heard.push(data.toString()));
  socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', id: 'all', filter: {} })));
  await waitUntil(() => heard.some((text) => text.includes('"subscribed"')), { message: 'the subscription' });
  return heard;
}
