import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { startTcpProxy } from './tcp-proxy.js';
import type { TcpProxy } from './tcp-proxy.js';
import { waitUntil } from './wait-until.js';

let echo: Server;
let proxy: TcpProxy;

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startTcpProxy({ port: (echo.address() as AddressInfo).port });
});
afterEach(async () => {
  await proxy.close();
  echo.close();
});

async function dial(): Promise<{ socket: Socket; heard: () => string; failure: () => string | undefined }> {
  let [heard, failure] = ['', undefined as string | undefined];
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
  socket.on('data', (text: string) => (heard += text));
  socket.on('error', (error: NodeJS.ErrnoException) => (failure = error.code));
  await once(socket, 'connect');
  return { socket, heard: () => heard, failure: () => failure };
}

test('passes everything both ways', async () => {
  const { socket, heard } = await dial();
  socket.write('hello');
  await waitUntil(() => heard() === 'hello');
  expect(proxy.connections()).toBe(1);
});

test('gives the URL of the target through the proxy', () => {
  expect(proxy.through('amqp://guest:guest@broker:5672/vhost')).toBe(
    `amqp://guest:guest@127.0.0.1:${proxy.port}/vhost`,
  );
});

test('a cut resets connections and refuses new ones until the network is restored', async () => {
  const before = await dial();
  before.socket.write('x');
  await waitUntil(() => before.heard() === 'x');

  proxy.cut();

  await waitUntil(() => before.failure() === 'ECONNRESET' && proxy.connections() === 0);
  const during = await dial().catch(() => undefined);
  await waitUntil(() => during === undefined || during.socket.destroyed);
  proxy.restore();
  const after = await dial();
  after.socket.write('again');
  await waitUntil(() => after.heard() === 'again');
});

test('a frozen network keeps connections and delivers nothing until it is restored', async () => {
  const { socket, heard, failure } = await dial();
  proxy.freeze();
  socket.write('frozen');
  const second = await dial();

  await new Promise(setImmediate);
  await expect(waitUntil(heard, { timeoutMs: 200 })).rejects.toThrow('waited');
  proxy.restore();

  await waitUntil(() => heard() === 'frozen');
  expect([failure(), second.failure()]).toEqual([undefined, undefined]);
});

test('a delay holds each direction for that long', async () => {
  const { socket, heard } = await dial();
  proxy.delay(100);
  const started = performance.now();

  socket.write('late');

  await waitUntil(() => heard() === 'late');
  expect(performance.now() - started).toBeGreaterThanOrEqual(195);
});

test('one end that hangs up ends the other', async () => {
  const { socket } = await dial();
  await waitUntil(() => proxy.connections() === 1);

  socket.destroy();

  await waitUntil(() => proxy.connections() === 0);
});
