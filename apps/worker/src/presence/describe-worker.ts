import { hostname } from 'node:os';
import type { NewWorker } from '@attune/db';
import type { WorkerConfig } from '../config.js';
import type { Runtime } from '../runtimes/runtime.js';

/** What others learn of this worker: the executor sends it work by `runtimes`. */
export function describeWorker({ worker, lease }: WorkerConfig, runtimes: Iterable<Runtime>): NewWorker {
  const offered = [...runtimes];
  const versioned = offered.filter(({ version }) => version !== undefined);
  return {
    name: worker.name,
    leaseMs: lease.lost_after_ms,
    worker_type: 'local',
    worker_role: 'action',
    host: hostname(),
    slots: worker.slots,
    capabilities: {
      runtimes: offered.map(({ name }) => name),
      runtime_versions: Object.fromEntries(versioned.map(({ name, version }) => [name, [version]])),
      labels: worker.labels,
      max_concurrent_executions: worker.slots,
      max_concurrent_builtin: worker.builtin_slots,
    },
  };
}
