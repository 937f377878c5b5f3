import type { ExecutionRow } from '@attune/db';
import type { Cause } from '@attune/mq';

import type { IntakeContext } from './intake-context.js';

/** One action to run, asked for by a person or a program rather than by a rule. */
export interface ExecutionRequest {
  readonly actionRef: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Id of the identity that asks. */
  readonly requestedBy?: number;
  readonly envVars?: Readonly<Record<string, string>>;
  /** Replaces the action's own limit; 1 second to 7 days. */
  readonly timeoutSeconds?: number;
}

export type RequestedExecution = ExecutionRow;

/**
 * Creates executions in `requested` and announces them. All or none: NotFoundError for an unknown action,
 * InvalidStateError for a disabled one, ValidationError with paths (`executions[0].parameters.url`) for
 * parameters that do not fit. Answers in input order, after the commit.
 */
export declare function requestExecutions(
  ctx: IntakeContext,
  requests: readonly ExecutionRequest[],
  cause?: Cause,
): Promise<readonly RequestedExecution[]>;
