import type { DisabledReason, Retry } from '@attune/domain';
import type { Db } from '../database.js';
import type { Page, PageRequest } from '../page.js';
import type { EnforcementRow } from '../schema/index.js';

/** The execution an accepted enforcement gets. Action and version are those of the rule set it was decided on. */
export interface EnforcedExecution {
  action_id: number;
  action_version: number;
  config: Record<string, unknown>;
  permission_set_refs?: readonly string[] | undefined;
  /** The rule's owner: on whose behalf it runs. */
  executor?: number | null | undefined;
  priority?: number | undefined;
  timeout_seconds?: number | null | undefined;
  retry?: Retry | null | undefined;
}

/** A match: either it gets an execution, or it is disabled and says why. */
export interface NewEnforcement {
  event_id: number;
  rule_id: number;
  rule_version: number;
  execution?: EnforcedExecution | undefined;
  disabled?: { code: DisabledReason; detail: string; config?: Record<string, unknown> } | undefined;
}

export interface Evaluations {
  /** The epoch of the rule set that the decisions were made on. */
  epoch: number;
  evaluations: readonly { event_id: number; matched: number }[];
  enforcements: readonly NewEnforcement[];
}

export interface CreatedEnforcement {
  event_id: number;
  rule_id: number;
  enforcement_id: number;
  /** null = disabled. */
  execution_id: number | null;
}

/** With what is read from the event, the rule version and the execution. */
export interface EnforcementDetail extends EnforcementRow {
  execution: number | null;
  payload: unknown;
  conditions: unknown;
}

export type EnforcementSummary = Omit<EnforcementRow, 'config'> & { execution: number | null };

export interface EnforcementFilter {
  event?: number | undefined;
  rule?: number | undefined;
  /** `*` is a wildcard. */
  rule_ref?: string | undefined;
  trigger_ref?: string | undefined;
  status?: EnforcementRow['status'] | undefined;
}

/**
 * Writes the outcome of a batch in ONE statement: enforcements, their executions with history, events
 * evaluated. Nothing is written when definitions changed since `epoch` (`stale`: load the rules and decide
 * again). Events evaluated before contribute nothing, so a second delivery is harmless.
 */
export declare function commitEvaluations(
  db: Db,
  batch: Evaluations,
): Promise<{ stale: true } | { stale: false; created: CreatedEnforcement[] }>;
export declare function findEnforcement(db: Db, id: number): Promise<EnforcementDetail | undefined>;
export declare function getEnforcement(db: Db, id: number): Promise<EnforcementDetail>;
/** Newest first. */
export declare function listEnforcements(
  db: Db,
  filter: EnforcementFilter,
  page: PageRequest,
): Promise<Page<EnforcementSummary>>;
