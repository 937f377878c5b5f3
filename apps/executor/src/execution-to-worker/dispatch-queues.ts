import { ensureDispatchQueueRow, listWorkers } from '@attune/db';
import type { Db, WorkerRow } from '@attune/db';
import { dispatchQueueName } from '@attune/domain';
import type { Bus } from '@attune/mq';

import type { DispatchDemand } from './dispatch-demand.js';

const servedForMs = 1_000;
const workersPerPage = 1_000;

/** The dispatch queues as this process knows them. */
export interface DispatchQueues {
  /** Makes them exist on the bus, and as rows by which workers learn of them. Once per queue and process. */
  ensure(demands: Iterable<DispatchDemand>): Promise<void>;
  /** On the bus only: queues whose rows exist already. */
  declare(names: Iterable<string>): Promise<void>;
  /** Names of the queues that a live worker serves, as of the last second. */
  served(): Promise<ReadonlySet<string>>;
}

export function createDispatchQueues(db: Db, bus: Pick<Bus, 'ensureDispatchQueue'>): DispatchQueues {
  const ensured = new Set<string>();
  let known: { served: Promise<ReadonlySet<string>>; until: number } | undefined;

  return {
    ensure: async (demands) => {
      for (const { queue, runtime, placement } of demands) {
        if (ensured.has(queue)) continue;
        await bus.ensureDispatchQueue(queue);
        await ensureDispatchQueueRow(db, { name: queue, runtime, placement });
        ensured.add(queue);
      }
    },
    declare: async (names) => {
      for (const name of names) await bus.ensureDispatchQueue(name);
    },
    served: () => {
      if (known === undefined || performance.now() > known.until) {
        known = { served: servedQueues(db), until: performance.now() + servedForMs };
        known.served.catch(() => (known = undefined));
      }
      return known.served;
    },
  };
}

async function servedQueues(db: Db): Promise<ReadonlySet<string>> {
  const served = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await listWorkers(
      db,
      { worker_role: 'action', alive: true },
      { limit: workersPerPage, cursor },
    );
    for (const worker of page.items) for (const queue of queuesOf(worker)) served.add(queue);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return served;
}

function queuesOf({ cordoned, capabilities }: WorkerRow): readonly string[] {
  const { runtimes } = capabilities;
  if (cordoned || !Array.isArray(runtimes)) return [];
  return runtimes.map((runtime) => dispatchQueueName(String(runtime)));
}
