export interface HealthCheck {
  ok: boolean;
  /** A failing vital check means that only a restart helps: it ends liveness, the others only readiness. */
  vital?: boolean;
  detail?: string;
}

/** What a service says of itself: `database`, `broker`, one entry per consumer… */
export interface HealthReport {
  checks: Record<string, HealthCheck>;
}

/** Service and app lifecycle: created running, stopped once. */
export interface Service {
  /** Stops intake, lets running work end, closes. Idempotent: later calls await the first. */
  stop(): Promise<void>;
  health(): HealthReport | Promise<HealthReport>;
}

export function isReady(report: HealthReport): boolean {
  return Object.values(report.checks).every((check) => check.ok);
}

export function isLive(report: HealthReport): boolean {
  return Object.values(report.checks).every((check) => check.ok || check.vital !== true);
}

/** One report of several parts; check names become `<part>.<check>`. */
export function mergeHealth(parts: Record<string, HealthReport>): HealthReport {
  const checks = Object.entries(parts).flatMap(([part, report]) =>
    Object.entries(report.checks).map(([name, check]) => [`${part}.${name}`, check] as const),
  );
  return { checks: Object.fromEntries(checks) };
}
