import { histogram } from '@attune/service';
import type { Log } from '@attune/service';
import type { FastifyReply, FastifyRequest } from 'fastify';

const durations = histogram({
  name: 'attune_http_request_duration_seconds',
  help: 'Time from a request to its answer',
  labels: ['method', 'route', 'status'],
});

/** The API's part of the process's log. */
export function apiLog(log: Log): Log {
  return log.child({ module: 'api' });
}

/** The route, never the address: addresses of webhooks are credentials. */
export function logRequest(log: Log, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? 'none';
  const { method } = request;
  const status = reply.statusCode;
  durations.observe({ method, route, status: String(status) }, reply.elapsedTime / 1000);
  log.debug(
    { event: 'http.answered', method, route, status, duration_ms: reply.elapsedTime, request_id: request.id },
    'request answered',
  );
}

/** What the caller is not told: the server's own failures. */
export function logFailure(log: Log, request: FastifyRequest, error: unknown): void {
  log.error(
    {
      event: 'http.failed',
      err: error,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      request_id: request.id,
    },
    'a request failed',
  );
}
