import type { Routes, WorkerHealthState } from '@attune/contract';
import { getWorker, inTransaction, listWorkers, loadOfWorkers, setWorkerCordon } from '@attune/db';
import type { Cordon, Db, WorkerLoad, WorkerRow } from '@attune/db';
import { auditAct } from '../auth/audit-act.js';
import type { Call, GroupHandlers } from '../http/call.js';
import { listPage } from './listing.js';

type WorkerRoutes = Routes['workers'];

export const workerHandlers: GroupHandlers<WorkerRoutes> = {
  list: async ({ ctx, query, access }) => {
    const { name, role: worker_role, status, cordoned, alive } = query;
    const filter = { visible: access.visible(), name, worker_role, status, cordoned, alive };
    const page = await listPage(
      query,
      (asked) => listWorkers(ctx.db, filter, asked),
      (row) => row,
    );
    return { ...page, items: await showWorkers(ctx.db, page.items) };
  },

  get: async ({ ctx, params, access }) => {
    const row = await getWorker(ctx.db, params.id);
    access.require({ id: row.id });
    return showOne(ctx.db, row);
  },

  cordon: (call) => steer(call, { reason: call.body?.reason, by: call.principal.identityId }),
  uncordon: (call) => steer(call, null),
};

async function steer(call: Call<WorkerRoutes['cordon' | 'uncordon']>, cordon: Cordon | null) {
  const { ctx, params, access } = call;
  const { id, name } = await getWorker(ctx.db, params.id);
  access.require({ id });
  const row = await inTransaction(ctx.db, async (trx) => {
    const written = await setWorkerCordon(trx, id, cordon);
    const event_type = cordon === null ? 'worker.uncordoned' : 'worker.cordoned';
    const details = cordon?.reason === undefined ? null : { reason: cordon.reason };
    await auditAct(trx, call, {
      category: 'admin',
      event_type,
      resource: { type: 'worker', id, ref: name },
      details,
    });
    return written;
  });
  return showOne(ctx.db, row);
}

async function showOne(db: Db, row: WorkerRow) {
  const [shown] = await showWorkers(db, [row]);
  if (shown === undefined) throw new Error(`worker ${row.id} is not shown`);
  return shown;
}

async function showWorkers(db: Db, rows: readonly WorkerRow[]) {
  const { now, loads } = await loadOfWorkers(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) =>
    showWorker(row, loads.get(row.id) ?? { scheduled: 0, running: 0, canceling: 0 }, now),
  );
}

function showWorker(row: WorkerRow, load: WorkerLoad, now: Date) {
  const { id, name, worker_type, worker_role, host, port, status, cordoned, cordon_reason, cordoned_by } =
    row;
  const active = load.scheduled + load.running + load.canceling;
  const beat = row.last_heartbeat;
  return {
    id,
    name,
    worker_type,
    worker_role,
    host,
    port,
    status,
    health_state: healthOf(row, active, now),
    last_heartbeat: beat?.toISOString() ?? null,
    heartbeat_age_seconds: beat === null ? null : Math.max(0, (now.getTime() - beat.getTime()) / 1000),
    heartbeat_stale: !isHeld(row, now),
    cordoned,
    cordon_reason,
    cordoned_by,
    cordoned_at: row.cordoned_at?.toISOString() ?? null,
    capabilities: row.capabilities,
    load: {
      ...load,
      total_active: active,
      max_concurrent_executions: row.slots,
      utilization_percent: row.slots === 0 ? 0 : Math.round((active / row.slots) * 1000) / 10,
    },
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}

function isHeld({ lease_expires_at }: WorkerRow, now: Date): boolean {
  return lease_expires_at !== null && lease_expires_at > now;
}

/** Whether it is there comes first, then whether it takes work. */
function healthOf(row: WorkerRow, active: number, now: Date): WorkerHealthState {
  if (row.lease_expires_at === null) return 'inactive';
  if (!isHeld(row, now)) return 'offline';
  if (row.status === 'error') return 'error';
  if (row.cordoned) return 'cordoned';
  return active >= row.slots ? 'busy' : 'active';
}
