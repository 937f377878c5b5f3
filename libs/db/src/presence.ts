import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { ServiceName } from '@attune/domain';
import { every } from '@attune/service';
import type { Log } from '@attune/service';
import type { Db } from './database.js';
import { migrationFiles } from './migrate.js';
import { beatProcesses, deleteProcesses, heartbeatMs } from './repositories/process.repository.js';

export interface Presence {
  /** Signs off. Idempotent. */
  stop(): Promise<void>;
}

/** Says, for as long as it runs, that this process does the work of these services: `attune doctor` misses it else. */
export async function keepPresence(
  db: Db,
  { services, log }: { services: readonly ServiceName[]; log: Log },
): Promise<Presence> {
  const started_at = new Date();
  const build = await readBuild();
  const processes = services.map((service) => ({
    ...build,
    service,
    started_at,
    name: `${service}@${hostname()}:${process.pid}`,
  }));
  const repeater = every(heartbeatMs, () => beatProcesses(db, processes), { log, name: 'presence' });
  const signOff = async () => {
    await repeater.stop();
    await deleteProcesses(
      db,
      processes.map(({ name }) => name),
    );
  };
  let stopped: Promise<void> | undefined;
  return {
    // Who cannot reach the database any more is missed for a while, which is no reason to fail.
    stop: () =>
      (stopped ??= signOff().catch((error: unknown) =>
        log.warn({ event: 'presence.left', err: error }, 'could not sign off'),
      )),
  };
}

async function readBuild() {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return { version, schema_version: (await migrationFiles()).at(-1)?.number ?? 0 };
}
