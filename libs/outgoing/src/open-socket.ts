import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { AddressGuard } from './address-guard.js';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Begins to connect; throws at once for a host that is a blocked address. */
export function openSocket({ host, port }: Endpoint, guard: AddressGuard): Socket {
  guard.checkHost(host);
  return connect({ host, port, lookup: guard.lookup });
}

/** The same with TLS from the first byte. `ca`: certificates (PEM) trusted instead of those of Node.js. */
export function openTlsSocket(
  { host, port }: Endpoint,
  { guard, ca }: { guard: AddressGuard; ca: string | undefined },
): TLSSocket {
  guard.checkHost(host);
  return connectTls({ host, port, lookup: guard.lookup, ...trusting(host, ca) });
}

/** TLS on a connection that is open; the certificate must be the one of `host`. */
export function secureSocket(
  socket: Socket,
  { host, ca }: { host: string; ca: string | undefined },
): TLSSocket {
  return connectTls({ socket, host, ...trusting(host, ca) });
}

/** An address has no name that could be indicated to the server. */
function trusting(host: string, ca: string | undefined) {
  return {
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca }),
  };
}
