import type { ClaimedExecution } from '@attune/db';
import { parameterNames, readSecrets, resolveParameters } from '@attune/domain';
import type { RunRequest } from '../runtimes/runtime.js';

/**
 * What a runtime is told of a claimed execution. Parameters were checked when the execution was requested; they are
 * checked again against the version that runs; secrets among them are not open yet. Throws with what is wrong with them.
 */
export function runRequest(claimed: ClaimedExecution): RunRequest {
  const { action_snapshot: action, config } = claimed;
  const { values, issues } = resolveParameters(action.param_schema, readSecrets(config ?? {}), 'parameters');
  if (issues.length > 0) throw new Error(issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
  return {
    executionId: claimed.id,
    attempt: claimed.attempt,
    actionRef: claimed.action_ref,
    packRef: claimed.pack_ref,
    entrypoint: action.entrypoint,
    inline: action.is_adhoc,
    parameters: values,
    declared: parameterNames(action.param_schema),
    parameterDelivery: action.parameter_delivery,
    parameterFormat: action.parameter_format,
    envVars: claimed.env_vars ?? {},
  };
}
