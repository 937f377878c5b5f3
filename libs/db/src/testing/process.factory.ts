import type { ServiceName } from '@attune/domain';
import type { Db } from '../database.js';
import { beatProcesses } from '../repositories/process.repository.js';

/** A process of each of these services that has just given a sign of life; named `<service>@test:1`. */
export async function makeProcesses(db: Db, services: readonly ServiceName[]): Promise<void> {
  const started_at = new Date();
  await beatProcesses(
    db,
    services.map((service) => ({
      name: `${service}@test:1`,
      service,
      version: '1.0.0',
      schema_version: 1,
      started_at,
    })),
  );
}
