import { currentEpoch } from '@attune/db';
import type { Db } from '@attune/db';
import { healthOf } from '@attune/mq';
import type { Bus } from '@attune/mq';
import type { HealthCheck, HealthReport } from '@attune/service';

/** Whether broker, consumers and database answer. */
export async function reportHealth(db: Db, bus: Bus): Promise<HealthReport> {
  const database = await currentEpoch(db).then(
    (): HealthCheck => ({ ok: true }),
    (): HealthCheck => ({ ok: false, detail: 'the database does not answer' }),
  );
  return { checks: { ...healthOf(bus).checks, database } };
}
