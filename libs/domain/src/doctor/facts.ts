import type { EnforcementWait } from '../enforcement/enforcement-status.js';
import type { EventStatus } from '../event/event-status.js';
import type { ExecutionStatus, WaitReason } from '../execution/execution-status.js';
import type { InquiryStatus } from '../inquiry/inquiry-status.js';
import type { SensorRunStatus } from '../sensor/sensor-run-status.js';

/** Rows that are alike: the first of them, and how many there are; `more` than that where counting was cut off. */
export interface Group<Row> {
  readonly first: Row;
  readonly count: number;
  readonly more: boolean;
}

export interface ExecutionFacts {
  readonly id: number;
  readonly status: ExecutionStatus;
  readonly attempt: number;
  readonly waiting_for: WaitReason | null;
  readonly waiting_detail: string | null;
  readonly waiting_since: Date | null;
  readonly not_before: Date | null;
  readonly dispatch_queue: string | null;
  /** Name of the worker that has it, and until when by its lease. */
  readonly worker: string | null;
  readonly lease_expires_at: Date | null;
  readonly created: Date;
  readonly scheduled_at: Date | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly settled_at: Date | null;
}

/** A group of a policy that executions queue for. */
export interface PolicyQueueFacts {
  readonly policy: number;
  readonly policy_ref: string;
  readonly group_key: string;
  readonly threshold: number;
  /** null: so many at once; else so many starts within these seconds. */
  readonly window_seconds: number | null;
  readonly queued: number;
  readonly more: boolean;
  /** The next in order, and since when it queues. */
  readonly first: number;
  readonly since: Date;
  /** Executions that have the slots, the oldest first; not all of many. */
  readonly holders: readonly number[];
  /** When the oldest slot was given. */
  readonly held_since: Date | null;
}

export interface EventFacts {
  readonly id: number;
  readonly trigger_ref: string;
  readonly status: EventStatus;
  readonly created: Date;
}

/** Of a match that is not decided. */
export interface MatchFacts {
  readonly id: number;
  readonly rule_ref: string;
  readonly trigger_ref: string;
  readonly rule_enabled: boolean;
  readonly waiting_for: EnforcementWait;
  readonly detail: string | null;
  readonly due_at: Date | null;
  readonly created: Date;
}

export interface InquiryFacts {
  readonly id: number;
  readonly execution: number;
  readonly status: InquiryStatus;
  /** Login of who may answer. */
  readonly assigned_to: string | null;
  readonly assigned_role: string | null;
  readonly timeout_at: Date | null;
  readonly created: Date;
}

export interface TimerFacts {
  readonly id: number;
  readonly rule_ref: string;
  /** null = it does not fire again. */
  readonly next_fire_at: Date | null;
}

export interface SensorRunFacts {
  readonly id: number;
  readonly sensor_ref: string;
  readonly partition: number;
  readonly status: SensorRunStatus;
  /** Name of the sensor service that has it. */
  readonly worker: string | null;
  readonly lease_expires_at: Date | null;
  readonly last_error: string | null;
  readonly next_restart_at: Date | null;
  readonly updated: Date;
}

export interface WorkerFacts {
  readonly id: number;
  readonly name: string;
  readonly incarnation: number;
  /** By the lease. */
  readonly alive: boolean;
  /** What it held was taken over. */
  readonly recovered: boolean;
  readonly lease_expires_at: Date | null;
  readonly last_heartbeat: Date | null;
  readonly cordoned: boolean;
  readonly cordon_reason: string | null;
  readonly cordoned_at: Date | null;
}

export const serviceNames = ['api', 'executor', 'worker', 'sensor', 'notifier'] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface ProcessFacts {
  readonly name: string;
  readonly service: ServiceName;
  readonly version: string;
  /** Number of the last migration it was built for. */
  readonly schema_version: number;
  readonly started_at: Date;
  readonly last_heartbeat: Date;
  /** It has given a sign lately, by the clock of the database. */
  readonly alive: boolean;
}

export interface DeadLetterFacts {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  readonly reason: string;
  readonly died_at: Date;
}

/** A definition that is switched off although something depends on it. */
export interface DisabledFacts {
  readonly type: 'trigger' | 'sensor' | 'rule';
  readonly id: number;
  readonly ref: string;
  /** Enabled rules that get nothing for that reason. */
  readonly rules: number;
  /** When the last event came that it keeps from having an effect. */
  readonly last_event_at: Date | null;
  readonly updated: Date;
}

export interface RuleErrorFacts {
  readonly id: number;
  readonly ref: string;
  readonly trigger_ref: string;
  readonly error_count: number;
  readonly last_error: string;
  readonly last_error_at: Date;
}

/** The last check of the ledger. */
export interface LedgerFacts {
  readonly checked_at: Date;
  readonly imbalances: readonly { check: string; message: string; ids: readonly number[] }[];
}

/** Everything the doctor looks at; each list is bounded. */
export interface DoctorFacts {
  /** By the clock of the database. */
  readonly now: Date;
  readonly ledger: LedgerFacts | null;
  readonly processes: readonly ProcessFacts[];
  readonly workers: readonly WorkerFacts[];
  readonly dead_letters: readonly DeadLetterFacts[];
  readonly events: Group<EventFacts> | null;
  /** That a sweep had to announce again, by status. */
  readonly overdue: readonly Group<ExecutionFacts>[];
  /** By what they wait for. */
  readonly waiting: readonly Group<ExecutionFacts>[];
  readonly policies: readonly PolicyQueueFacts[];
  readonly matches: readonly Group<MatchFacts>[];
  readonly inquiries: readonly InquiryFacts[];
  readonly timers: readonly TimerFacts[];
  readonly sensor_runs: readonly SensorRunFacts[];
  readonly disabled: readonly DisabledFacts[];
  readonly rule_errors: readonly RuleErrorFacts[];
}
