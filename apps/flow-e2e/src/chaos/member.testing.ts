import { freePort, startProcess, type AttuneProcess, type ServiceName } from '@attune/launch';
import { startTcpProxy, waitUntil, type TcpProxy } from '@attune/testing';

/** One process of the installation: it is killed, stopped and restarted, and its connections broken, apart from others. */
export interface Member {
  readonly name: string;
  readonly service: ServiceName;
  readonly links: Readonly<Record<Server, TcpProxy>>;
  /** That runs now, or ran last. */
  process(): AttuneProcess;
  /** After its end: as often as it takes, as whoever supervises it would. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export type Server = 'database' | 'broker';

export interface MemberOptions {
  name: string;
  service: ServiceName;
  servers: Readonly<Record<Server, string>>;
  env: Readonly<Record<string, string>>;
}

export async function startMember({ name, service, servers, env }: MemberOptions): Promise<Member> {
  const [database, broker, health] = await Promise.all([
    startTcpProxy({ port: Number(new URL(servers.database).port) }),
    startTcpProxy({ port: Number(new URL(servers.broker).port) }),
    freePort(),
  ]);
  const start = () =>
    startProcess(service, {
      env: {
        ...env,
        ATTUNE__DATABASE__URL: database.through(servers.database),
        ATTUNE__BROKER__URL: broker.through(servers.broker),
        ATTUNE__HEALTH__PORT: String(health),
      },
      readyUrl: `http://127.0.0.1:${health}/health/ready`,
    });
  let child = start();
  await child.ready();
  return {
    name,
    service,
    links: { database, broker },
    process: () => child,
    restart: () => restartUntilReady(name, () => (child = start())),
    stop: async () => {
      child.kill('SIGCONT');
      await child.stop();
      await Promise.all([database.close(), broker.close()]);
    },
  };
}

async function restartUntilReady(name: string, start: () => AttuneProcess): Promise<void> {
  await waitUntil(
    () =>
      start()
        .ready()
        .then(() => true),
    {
      timeoutMs: 120_000,
      intervalMs: 500,
      message: `${name} to be ready again`,
    },
  );
}
