import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { percentile } from '../statistics.js';
import type { Answered, Load } from './load.js';

/* The load generator. Each connection sends its next request when the last one is answered to the last byte. */
process.on('message', (load: Load) => {
  void generate(load)
    .catch((error: unknown): Answered => ({ fault: String(error) }))
    .then((answered) => process.send?.(answered));
});
process.on('disconnect', () => process.exit());

async function generate(load: Load): Promise<Answered> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const latencies: number[] = [];
  const start = performance.now();
  const until = start + load.seconds * 1_000;
  const lane = async () => {
    for (let sent = performance.now(); sent < until; sent = performance.now()) {
      await exchange(load, agent);
      latencies.push(performance.now() - sent);
    }
  };
  try {
    await Promise.all(Array.from({ length: load.connections }, () => lane()));
  } finally {
    agent.destroy();
  }
  const seconds = (performance.now() - start) / 1_000;
  return {
    perSecond: latencies.length / seconds,
    requests: latencies.length,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

async function exchange({ url, method, headers, body }: Load, agent: Agent): Promise<void> {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const sent = request(url, { method, agent, headers: { ...headers, ...length } });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const refused = (answer.statusCode ?? 500) >= 300;
  let text = '';
  answer.on('data', (chunk: Buffer) => {
    if (refused) text += chunk.toString();
  });
  await once(answer, 'end');
  if (refused) throw new Error(`${method} ${url} was answered ${answer.statusCode}: ${text}`);
}
