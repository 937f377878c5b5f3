import type { Db } from '../database.js';
import type { Page, PageRequest } from '../page.js';
import type { DispatchQueueRow, WorkerRow } from '../schema/index.js';
import type { Placement } from '@attune/domain';

export interface NewWorker {
  name: string;
  leaseMs: number;
  worker_type?: WorkerRow['worker_type'] | undefined;
  worker_role?: WorkerRow['worker_role'] | undefined;
  host?: string | null | undefined;
  port?: number | null | undefined;
  slots?: number | undefined;
  capabilities?: Record<string, unknown> | undefined;
  meta?: Record<string, unknown> | undefined;
}

export interface WorkerFilter {
  role?: WorkerRow['worker_role'] | undefined;
  status?: WorkerRow['status'] | undefined;
  /** Only those whose lease is (true) or is not (false) running. */
  alive?: boolean | undefined;
}

/** Starts a new incarnation under this name; what an earlier one held is lost to it. */
export declare function registerWorker(
  db: Db,
  worker: NewWorker,
): Promise<{ id: number; incarnation: number }>;
/** false: the lease is lost for good (taken over, or a newer incarnation exists): stop everything. */
export declare function renewWorkerLease(
  db: Db,
  lease: { id: number; incarnation: number; leaseMs: number },
): Promise<boolean>;
/** Ends the lease of a worker that leaves; idempotent. */
export declare function releaseWorker(db: Db, worker: { id: number; incarnation: number }): Promise<void>;
export declare function findWorker(db: Db, id: number): Promise<WorkerRow | undefined>;
export declare function getWorker(db: Db, id: number): Promise<WorkerRow>;
export declare function findWorkerByName(db: Db, name: string): Promise<WorkerRow | undefined>;
export declare function listWorkers(
  db: Db,
  filter: WorkerFilter,
  page: PageRequest,
): Promise<Page<WorkerRow>>;
export declare function setWorkerCordon(
  db: Db,
  id: number,
  cordon: { reason?: string; by?: number } | null,
): Promise<WorkerRow>;
/** Idempotent. */
export declare function ensureDispatchQueueRow(
  db: Db,
  queue: { name: string; runtime: string; placement?: Placement | undefined },
): Promise<DispatchQueueRow>;
export declare function listDispatchQueues(db: Db): Promise<DispatchQueueRow[]>;
