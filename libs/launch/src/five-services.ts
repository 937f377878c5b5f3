import { serviceNames, type ServiceName } from '@attune/domain';
import { startProcess, type AttuneProcess } from './attune-process.js';
import { freePort } from './free-port.js';
import { unlessAborted } from './unless-aborted.js';

export interface FiveServicesOptions {
  /** A migrated database. */
  databaseUrl: string;
  brokerUrl: string;
  /** Put before every exchange and queue, so that installations on one broker do not meet. */
  prefix: string;
  /** Settings of one service on top of the common ones, as environment (`ATTUNE__…`). */
  env?: Partial<Record<ServiceName, Record<string, string>>>;
  /** Runs what `nx build` made instead of the sources. */
  built?: boolean | undefined;
  /** Ends the start; what had started is stopped. */
  signal?: AbortSignal | undefined;
}

/** The five daemons, each a process of its own, on ports that were free. They end with the process that started them. */
export interface FiveServices {
  readonly apiUrl: string;
  readonly notifierUrl: string;
  /** Where a service answers /health and /metrics. */
  healthUrl(service: ServiceName): string;
  process(service: ServiceName): AttuneProcess;
  /** Starts a service again on its ports, after its process has ended; `env` is for this start only. */
  start(service: ServiceName, env?: Record<string, string>): Promise<AttuneProcess>;
  /** One more process of a service that listens on nothing but its health port; ends with the others. */
  replicate(service: 'executor' | 'worker' | 'sensor', env?: Record<string, string>): Promise<AttuneProcess>;
  stop(): Promise<void>;
}

export async function startFiveServices(options: FiveServicesOptions): Promise<FiveServices> {
  const ports = await choosePorts();
  const running = new Map<ServiceName, AttuneProcess>();
  const replicas: AttuneProcess[] = [];

  const healthUrl = (service: ServiceName) => `http://127.0.0.1:${ports.health[service]}`;

  const start = async (service: ServiceName, env: Record<string, string> = {}) => {
    const child = startProcess(service, {
      env: { ...environmentOf(service, options, ports), ...env },
      readyUrl: `${healthUrl(service)}/health/ready`,
      built: options.built,
    });
    running.set(service, child);
    await child.ready();
    return child;
  };

  const replicate: FiveServices['replicate'] = async (service, env = {}) => {
    const port = await freePort();
    const child = startProcess(service, {
      env: { ...environmentOf(service, options, ports), ATTUNE__HEALTH__PORT: String(port), ...env },
      readyUrl: `http://127.0.0.1:${port}/health/ready`,
      built: options.built,
    });
    replicas.push(child);
    await child.ready();
    return child;
  };

  const stop = async () => {
    await Promise.all([...running.values(), ...replicas].map((child) => child.stop()));
  };

  const started = Promise.all(serviceNames.map((service) => start(service)));
  await unlessAborted(options.signal, started).catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  return {
    apiUrl: `http://127.0.0.1:${ports.api}`,
    notifierUrl: `ws://127.0.0.1:${ports.notifier}`,
    healthUrl,
    process: (service) => processOf(running, service),
    start,
    replicate,
    stop,
  };
}

interface Ports {
  api: number;
  notifier: number;
  health: Record<ServiceName, number>;
}

async function choosePorts(): Promise<Ports> {
  const [api, notifier, ...health] = await Promise.all(Array.from({ length: 7 }, () => freePort()));
  const entries = serviceNames.map((service, index) => [service, health[index] ?? 0]);
  return { api: api ?? 0, notifier: notifier ?? 0, health: Object.fromEntries(entries) as Ports['health'] };
}

function environmentOf(
  service: ServiceName,
  options: FiveServicesOptions,
  ports: Ports,
): Record<string, string> {
  return {
    ATTUNE__DATABASE__URL: options.databaseUrl,
    ATTUNE__BROKER__URL: options.brokerUrl,
    ATTUNE__BROKER__PREFIX: options.prefix,
    ATTUNE__HEALTH__PORT: String(ports.health[service]),
    ...(service === 'api' ? { ATTUNE__API__PORT: String(ports.api) } : {}),
    ...(service === 'worker' ? { ATTUNE__WORKER__API_URL: `http://127.0.0.1:${ports.api}` } : {}),
    ...(service === 'notifier' ? { ATTUNE__NOTIFIER__PORT: String(ports.notifier) } : {}),
    ...options.env?.[service],
  };
}

function processOf(running: ReadonlyMap<ServiceName, AttuneProcess>, service: ServiceName): AttuneProcess {
  const child = running.get(service);
  if (!child) throw new Error(`${service} was never started`);
  return child;
}
