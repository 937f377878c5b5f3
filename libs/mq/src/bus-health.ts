import type { HealthCheck, HealthReport } from '@attune/service';
import type { Bus } from './bus.js';

/**
 * One check for the broker and one per queue or subscription; several consumers of one are well when all are. A consumer that is connected and does not move is vital: only a
 * restart helps. A broker that is away is not: the bus reconnects for ever.
 */
export function healthOf(bus: Pick<Bus, 'health'>): HealthReport {
  const { connected, detail, consumers } = bus.health();
  const checks: Record<string, HealthCheck> = { broker: check(connected, detail) };
  for (const { queue, state, ok, detail } of consumers) {
    const name = `consumer.${queue}`;
    if (checks[name]?.ok !== false) checks[name] = { ...check(ok, detail), vital: state === 'consuming' };
  }
  return { checks };
}

function check(ok: boolean, detail: string | undefined): HealthCheck {
  return detail === undefined ? { ok } : { ok, detail };
}
