import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackAnswer {
  code: string | undefined;
  /** Why there is none. */
  description: string | undefined;
}

export interface Loopback {
  readonly redirectUri: string;
  /** undefined: nothing came in time. */
  readonly answer: Promise<LoopbackAnswer | undefined>;
  close(): void;
}

const path = '/signed-in';
const page = (text: string) => `<!doctype html><meta charset="utf-8"><title>Attune</title><p>${text}</p>\n`;

/**
 * A server on a free port of this machine for one answer. Only the browser that was sent here knows the state;
 * whatever else comes is turned away and changes nothing. The page repeats nothing of what came.
 */
export async function openLoopback(options: { state: string; patienceMs: number }): Promise<Loopback> {
  const { promise, settle } = settleable();
  const server = createServer(answerOnce(options.state, settle));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const timer = setTimeout(() => settle(undefined), options.patienceMs);
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://127.0.0.1:${port}${path}`,
    answer: promise,
    close: () => {
      clearTimeout(timer);
      server.close();
      server.closeIdleConnections();
    },
  };
}

function settleable() {
  let settle: (answer: LoopbackAnswer | undefined) => void = () => {};
  const promise = new Promise<LoopbackAnswer | undefined>((resolve) => (settle = resolve));
  return { promise, settle };
}

function answerOnce(state: string, settle: (answer: LoopbackAnswer) => void): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const isOurs =
      request.method === 'GET' && url.pathname === path && url.searchParams.get('state') === state;
    const code = url.searchParams.get('code') ?? undefined;
    const text = code === undefined ? 'The sign-in failed; the terminal says why.' : 'You are signed in.';
    response
      .writeHead(isOurs ? 200 : 404, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        connection: 'close',
      })
      .end(isOurs ? page(`${text} You may close this window.`) : page('There is nothing here.'));
    if (!isOurs) return;
    const description = url.searchParams.get('error_description') ?? undefined;
    settle({ code, description });
  };
}
