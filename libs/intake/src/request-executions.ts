import { findActionByRef, insertExecutions, sealSecrets, secretHomes } from '@attune/db';
import type { ActionRow, ExecutionRow, NewExecution, SecretBox } from '@attune/db';
import {
  forgedSecrets,
  InvalidStateError,
  NotFoundError,
  resolveParameters,
  ValidationError,
} from '@attune/domain';
import type { ErrorDetail, Retry } from '@attune/domain';
import type { Cause } from '@attune/mq';
import { faultPoint } from '@attune/service';

import { announceExecutions } from './announce.js';
import { cacheByEpoch } from './definition-cache.js';
import type { IntakeContext } from './intake-context.js';
import { checkRunSettings } from './run-settings.js';
import type { RunSettings } from './run-settings.js';
import { unstorable } from './storable-json.js';

/** One action to run, asked for by a person or a program rather than by a rule. */
export interface ExecutionRequest extends RunSettings {
  readonly actionRef: string;
  /** Secrets among them in clear, or as SecretValue when they come from an execution that is repeated. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Id of the identity that asks. */
  readonly requestedBy?: number;
  /** Replaces the action's. */
  readonly retry?: Retry;
  /** The execution that this one repeats. */
  readonly originalExecution?: number;
  /** Id of the execution that it is a part of. */
  readonly parent?: number;
  /** A second request with the same key gives the execution of the first. */
  readonly idempotencyKey?: string;
}

export type RequestedExecution = ExecutionRow;

/** Stores the values of parameters that are declared secret sealed. */
export interface RequestContext extends IntakeContext {
  readonly secrets: SecretBox;
}

const actionCache = cacheByEpoch(findActionByRef);

/**
 * Creates executions in `requested` and announces them. All or none: NotFoundError for an unknown action,
 * InvalidStateError for a disabled one, ValidationError with paths (`executions[0].parameters.url`) for
 * parameters that do not fit. Answers in input order, after the commit.
 */
export async function requestExecutions(
  ctx: RequestContext,
  requests: readonly ExecutionRequest[],
  cause?: Cause,
): Promise<readonly RequestedExecution[]> {
  if (requests.length === 0) return [];
  const { byRef: actions } = await actionCache.read(
    ctx.db,
    requests.map(({ actionRef }) => actionRef),
  );
  const checked = requests.map((request, index) =>
    checkRequest(ctx.secrets, request, {
      action: runnable(actions, request.actionRef),
      path: `executions[${index}]`,
    }),
  );
  const details = checked.flatMap(({ issues }) => issues);
  if (details.length > 0) throw new ValidationError('cannot run the action', { details });

  const rows = await insertExecutions(
    ctx.db,
    checked.map(({ row }) => row),
  );
  await faultPoint('intake.executions.after-commit-before-publish');
  await announceExecutions(ctx, rows, cause);
  return rows;
}

function runnable(actions: ReadonlyMap<string, ActionRow>, ref: string): ActionRow {
  const action = actions.get(ref);
  if (action === undefined) throw new NotFoundError('action', 'ref', ref);
  if (!action.enabled) throw new InvalidStateError(`cannot run ${ref}: the action is disabled`);
  return action;
}

interface CheckedRequest {
  readonly row: NewExecution;
  readonly issues: readonly ErrorDetail[];
}

function checkRequest(
  secrets: SecretBox,
  request: ExecutionRequest,
  { action, path }: { action: ActionRow; path: string },
): CheckedRequest {
  const { actionRef, parameters = {}, requestedBy, envVars, timeoutSeconds, placement = {} } = request;
  const { values, issues } = resolveParameters(action.param_schema, parameters, `${path}.parameters`);
  return {
    issues: [
      ...issues,
      ...forgedSecrets(parameters, `${path}.parameters`),
      ...unstorable(parameters, `${path}.parameters`),
      ...checkRunSettings(request, path),
    ],
    row: {
      action_ref: actionRef,
      config: sealSecrets(secrets, action.param_schema, { values, home: secretHomes.parameters(actionRef) }),
      env_vars: envVars,
      executor: requestedBy,
      timeout_seconds: timeoutSeconds,
      start_timeout_seconds: request.startTimeoutSeconds,
      total_timeout_seconds: request.totalTimeoutSeconds,
      permission_set_refs: request.permissionSetRefs ?? action.default_execution_permission_set_refs,
      idempotency_key: request.idempotencyKey,
      original_execution: request.originalExecution,
      parent: request.parent,
      priority: request.priority,
      retry: request.retry,
      not_before: request.notBefore,
      worker_selector: placement.selector,
      worker_tolerations: placement.tolerations,
      worker_affinity: placement.affinity && { ...placement.affinity },
    },
  };
}
