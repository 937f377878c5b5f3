import type { Routes } from '@attune/contract';
import { findPermissionSetByRef, getExecution, listActions } from '@attune/db';
import type { Db, ExecutionDetail } from '@attune/db';
import {
  didYouMean,
  MissingReferenceError,
  NotFoundError,
  requireCovered,
  retrySchema,
  ValidationError,
} from '@attune/domain';
import type { Placement, Principal } from '@attune/domain';
import { requestExecutions } from '@attune/intake';
import type { ExecutionRequest } from '@attune/intake';
import type { ApiContext } from '../context.js';
import type { Call } from '../http/call.js';

type ExecuteCall = Call<Routes['executions']['execute']>;

/** One run on behalf of the caller; a repeated request with its key finds the run of the first. */
export async function runAction(
  { ctx, principal, idempotency }: Pick<ExecuteCall, 'ctx' | 'principal' | 'idempotency'>,
  request: ExecutionRequest,
): Promise<ExecutionDetail> {
  const { actionRef } = request;
  const key = idempotency?.workKey(0);
  const keyed = {
    ...request,
    requestedBy: principal.identityId,
    // What a program of an execution starts is below it: it is cancelled with it.
    ...(principal.executionId === undefined ? {} : { parent: principal.executionId }),
    ...(key === undefined ? {} : { idempotencyKey: key }),
  };
  const [row] = await requestExecutions(ctx, [keyed]).catch((error: unknown) =>
    refuse(ctx, error, actionRef),
  );
  if (row === undefined) throw new Error(`no execution of ${actionRef} was made`);
  return getExecution(ctx.db, row.id);
}

/** Nobody gives a run more than they hold. */
export async function requireHeldSets(
  db: Db,
  principal: Principal,
  refs: readonly string[] | null | undefined,
): Promise<void> {
  for (const ref of refs ?? []) {
    const set = await findPermissionSetByRef(db, ref);
    if (set === undefined) throw new MissingReferenceError('execution', 'permission_set_refs', ref);
    requireCovered(principal, set.grants, 'permission_set_refs');
  }
}

/** What the request says of its run, as intake takes it. */
export function settingsOf(body: ExecuteCall['body']): Omit<ExecutionRequest, 'actionRef'> {
  const { parameters, env_vars, timeout_seconds, permission_set_refs, priority, not_before, retry } = body;
  const { start_timeout_seconds, total_timeout_seconds } = body;
  const { worker_selector, worker_tolerations, worker_affinity } = body;
  const placement = { selector: worker_selector, tolerations: worker_tolerations, affinity: worker_affinity };
  const settings = {
    parameters,
    envVars: env_vars,
    timeoutSeconds: timeout_seconds,
    startTimeoutSeconds: start_timeout_seconds,
    totalTimeoutSeconds: total_timeout_seconds,
    permissionSetRefs: permission_set_refs ?? undefined,
    priority,
    notBefore: not_before === undefined ? undefined : new Date(not_before),
    retry: retry ? retrySchema.parse(retry) : undefined,
    placement: given(placement) as Placement,
  };
  return given(settings);
}

function given(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Intake speaks of `executions[0].parameters.url`; the caller sent one. */
async function refuse(ctx: ApiContext, error: unknown, actionRef: string): Promise<never> {
  if (error instanceof ValidationError) {
    const details = error.details.map((detail) => ({
      ...detail,
      path: detail.path.replace(/^executions\[0\]\.?/, ''),
    }));
    throw new ValidationError(`cannot run ${actionRef}: the request is not valid`, { details, cause: error });
  }
  if (!(error instanceof NotFoundError)) throw error;
  const { items } = await listActions(ctx.db, {}, { limit: 1000 });
  const hint = didYouMean(
    actionRef,
    items.map(({ ref }) => ref),
  );
  const detail = { path: 'action_ref', message: error.message, ...(hint === undefined ? {} : { hint }) };
  throw new NotFoundError('action', 'ref', actionRef, { details: [detail], cause: error });
}
