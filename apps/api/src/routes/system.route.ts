import { listRoutes, renderOpenApi } from '@attune/contract';
import type { Routes } from '@attune/contract';
import { ledger } from '@attune/db';
import { isLive, isReady } from '@attune/service';
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
      const { at, since: from, ...rest } = await ledger(ctx.db, { since });
      return { ...rest, since: from?.toISOString() ?? null, at: at.toISOString() };
    },
    health: async () => ({ status: 'ok' }),
    live: async () => answer(await report(), isLive),
    ready: async () => answer(await report(), isReady),
    openapi: async () => (document ??= renderOpenApi(listRoutes())),
  };
}

function answer(report: HealthReport, isGood: (report: HealthReport) => boolean) {
  if (isGood(report)) return { status: 'ok' as const, checks: report.checks };
  const details = Object.entries(report.checks)
    .filter(([, check]) => !check.ok)
    .map(([name, check]) => ({ path: name, message: check.detail ?? 'is not ready' }));
  throw new HttpError('SERVICE_UNAVAILABLE', 'the service is not ready', { details });
}
