import type { Client } from '@attune/contract';
import type { Database } from '@attune/db';
import type { AttuneProcess, ServiceName } from '@attune/launch';

/** A running Attune under test: five processes on RabbitMQ, or one process on the in-process bus. */
export interface TestSystem {
  readonly client: Client;
  readonly database: Database;
  readonly notifierUrl: string;
  readonly accessToken: string;
  /** The process that runs the service now, or ran it last. */
  process(service: ServiceName): AttuneProcess;
  /** Starts the service again after its process has ended; `env` is for this start only. */
  start(service: ServiceName, env?: Record<string, string>): Promise<AttuneProcess>;
  /** Ends everything and removes database and queues. */
  stop(): Promise<void>;
}

/** Settings that make repairs quick, so that a test sees them within seconds. */
export const quickRepairs: Record<string, string> = {
  ATTUNE__SWEEPS__PENDING_EVENTS__INTERVAL_MS: '300',
  ATTUNE__SWEEPS__PENDING_EVENTS__OVERDUE_MS: '700',
  ATTUNE__SWEEPS__REQUESTED__INTERVAL_MS: '300',
  ATTUNE__SWEEPS__REQUESTED__OVERDUE_MS: '700',
  ATTUNE__SWEEPS__SCHEDULED__INTERVAL_MS: '300',
  ATTUNE__SWEEPS__SCHEDULED__OVERDUE_MS: '700',
  ATTUNE__SWEEPS__UNSETTLED__INTERVAL_MS: '300',
  ATTUNE__SWEEPS__UNSETTLED__OVERDUE_MS: '700',
  ATTUNE__SWEEPS__LOST__INTERVAL_MS: '300',
};

export const quickLeases: Record<string, string> = {
  ATTUNE__LEASE__HEARTBEAT_MS: '400',
  ATTUNE__LEASE__LOST_AFTER_MS: '2000',
};
