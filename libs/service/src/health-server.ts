import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLive, isReady } from './health.js';
import type { HealthReport } from './health.js';
import { registry } from './metrics.js';

const reportTimeoutMs = 5000;

export type Phase = 'starting' | 'running' | 'stopping';

export interface HealthSource {
  phase(): Phase;
  /** Asked only while running. */
  report(): HealthReport | Promise<HealthReport>;
}

export interface HealthServer {
  /** Base address, with the port that was free. */
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  type?: string;
  body: string;
}

/** Serves /health/live, /health/ready (200 or 503 with the report) and /metrics (Prometheus text). */
export async function serveHealth(
  at: { host: string; port: number },
  source: HealthSource,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', source).then(({ status, type = 'application/json', body }) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    );
  });
  server.listen(at.port, at.host);
  await once(server, 'listening');
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(url: string, source: HealthSource): Promise<Answer> {
  try {
    switch (new URL(url, 'http://health').pathname) {
      case '/health/live':
        return await healthAnswer(source, isLive, 200);
      case '/health/ready':
        return await healthAnswer(source, isReady, 503);
      case '/metrics':
        return { status: 200, type: registry.contentType, body: await registry.metrics() };
      default:
        return { status: 404, body: JSON.stringify({ error: 'not found', code: 'NOT_FOUND' }) };
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { status: 503, body: JSON.stringify({ status: 'failing', detail }) };
  }
}

/** `otherwise` is the status while the service starts or stops: alive, but not ready. */
async function healthAnswer(
  source: HealthSource,
  passes: (report: HealthReport) => boolean,
  otherwise: number,
): Promise<Answer> {
  const phase = source.phase();
  if (phase !== 'running') return { status: otherwise, body: JSON.stringify({ status: phase }) };
  const report = await withTimeout(source.report());
  const ok = passes(report);
  return { status: ok ? 200 : 503, body: JSON.stringify({ status: ok ? 'ok' : 'failing', ...report }) };
}

async function withTimeout(report: HealthReport | Promise<HealthReport>): Promise<HealthReport> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no health report within ${reportTimeoutMs} ms`)),
      reportTimeoutMs,
    );
  });
  try {
    return await Promise.race([report, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
