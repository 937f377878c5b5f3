import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

export interface TcpProxy {
  readonly port: number;
  /** The target's URL with the proxy's host and port. */
  through(url: string): string;
  /** Breaks every connection (reset) and refuses new ones until `restore`. */
  cut(): void;
  /** Half-open: connections stay, new ones are accepted, nothing passes until `restore`. */
  freeze(): void;
  /** Holds every chunk for this long in each direction; 0 ends it. */
  delay(ms: number): void;
  /** Everything passes again; frozen bytes are delivered. */
  restore(): void;
  connections(): number;
  close(): Promise<void>;
}

/** A TCP proxy on loopback whose network a test breaks. */
export async function startTcpProxy(target: { host?: string; port: number }): Promise<TcpProxy> {
  const network: Network = { cut: false, frozen: undefined, delayMs: 0, links: new Set() };
  const server = createServer((client) => {
    if (network.cut) client.resetAndDestroy();
    else link(network, client, connect({ host: target.host ?? '127.0.0.1', port: target.port }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    through: (url) => Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href,
    cut: () => {
      network.cut = true;
      for (const socket of network.links) socket.resetAndDestroy();
    },
    freeze: () => void (network.frozen ??= frozen()),
    delay: (ms) => void (network.delayMs = ms),
    restore: () => {
      network.frozen?.thaw();
      Object.assign(network, { cut: false, frozen: undefined, delayMs: 0 });
    },
    connections: () => network.links.size / 2,
    close: async () => {
      for (const socket of network.links) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Network {
  cut: boolean;
  frozen: Frozen | undefined;
  delayMs: number;
  /** Both sockets of each connection. */
  links: Set<Socket>;
}

interface Frozen {
  over: Promise<void>;
  thaw(): void;
}

function frozen(): Frozen {
  let thaw = () => {};
  const over = new Promise<void>((resolve) => (thaw = resolve));
  return { over, thaw };
}

function link(network: Network, client: Socket, server: Socket): void {
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    network.links.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      network.links.delete(from);
      to.destroy();
    });
    from.pipe(wire(network)).pipe(to);
  }
}

function wire(network: Network): Transform {
  const pass = async () => {
    await network.frozen?.over;
    if (network.delayMs > 0) await delay(network.delayMs);
  };
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => void pass().then(() => done(null, chunk)),
  });
}
