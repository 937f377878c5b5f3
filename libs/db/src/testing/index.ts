import type { Database } from '../database.js';
import type { Db } from '../database.js';
import type {
  ActionRow,
  EventRow,
  ExecutionRow,
  IdentityRow,
  PackRow,
  RuleRow,
  SensorRow,
  TriggerRow,
  WorkerRow,
} from '../schema/index.js';
import type { NewAction } from '../repositories/action.repository.js';
import type { NewEvent } from '../repositories/event.repository.js';
import type { NewIdentity } from '../repositories/identity.repository.js';
import type { NewPack } from '../repositories/pack.repository.js';
import type { NewRule } from '../repositories/rule.repository.js';
import type { NewSensor } from '../repositories/sensor.repository.js';
import type { NewTrigger } from '../repositories/trigger.repository.js';
import type { NewWorker } from '../repositories/worker.repository.js';

export interface TestDatabase {
  /** Ready from beforeAll on. */
  readonly db: Db;
  readonly url: string;
  /** Another pool on the same database; closed at the end. */
  open(options?: { poolSize?: number }): Database;
}

/** A clone of the migrated template for this test file; dropped at its end. Call at the top of the file. */
export declare function useTestDatabase(): TestDatabase;

export declare function makePack(db: Db, values?: Partial<NewPack>): Promise<PackRow>;
export declare function makeTrigger(db: Db, values?: Partial<NewTrigger>): Promise<TriggerRow>;
export declare function makeSensor(db: Db, values?: Partial<NewSensor>): Promise<SensorRow>;
export declare function makeAction(db: Db, values?: Partial<NewAction>): Promise<ActionRow>;
export declare function makeRule(db: Db, values?: Partial<NewRule>): Promise<RuleRow>;
export declare function makeEvent(db: Db, values?: Partial<NewEvent>): Promise<EventRow>;
export declare function makeIdentity(db: Db, values?: Partial<NewIdentity>): Promise<IdentityRow>;
export declare function makeWorker(db: Db, values?: Partial<NewWorker>): Promise<WorkerRow>;
/** In the given state, reached through the state verbs. `worker` runs it where one is needed. */
export declare function makeExecution(
  db: Db,
  values?: {
    status?: ExecutionRow['status'];
    action_ref?: string;
    config?: Record<string, unknown>;
    dispatch_queue?: string;
    worker?: WorkerRow;
    result?: unknown;
    settled?: boolean;
  },
): Promise<ExecutionRow>;
