import { listRoutes, renderOpenApi } from '@attune/contract';
import type { Routes } from '@attune/contract';
import { ledger } from '@attune/db';
import { isLive, isReady, renderMetrics } from '@attune/service';
import type { HealthReport } from '@attune/service';
import type { GroupHandlers } from '../http/call.js';
import { HttpError } from '../http/http-error.js';

let document: Record<string, unknown> | undefined;

/** What says of itself whether it is live and ready: the API. */
export type ReportHealth = () => Promise<HealthReport>;

export function systemHandlers(report: ReportHealth): GroupHandlers<Routes['system']> {
  return {
    ledger: async ({ ctx, query, access }) => {
      access.require({});
      const since = query.since === undefined ? undefined : new Date(query.since);
      const { at, since: from, counts, ...rest } = await ledger(ctx.db, { since });
      return { ...rest, counts: { ...counts }, since: from?.toISOString() ?? null, at: at.toISOString() };
    },
    health: async () => ({ status: 'ok' }),
    live: async () => answer(await report(), isLive),
    ready: async () => answer(await report(), isReady),
    detailed: async ({ access }) => {
      access.require({});
      return detailed(await report());
    },
    metrics: async ({ access }) => {
      access.require({});
      const { contentType, text } = await renderMetrics();
      return { content: text, contentType };
    },
    openapi: async () => (document ??= renderOpenApi(listRoutes())),
  };
}

/** To whoever asks: no more than whether. */
function answer(report: HealthReport, isGood: (report: HealthReport) => boolean) {
  if (isGood(report)) return { status: 'ok' as const };
  throw new HttpError('SERVICE_UNAVAILABLE', 'the service is not ready');
}

function detailed({ checks }: HealthReport) {
  return { status: isReady({ checks }) ? ('ok' as const) : ('error' as const), checks };
}
