import type {
  NewAction,
  NewPermissionSet,
  NewPolicy,
  NewRule,
  NewRuntime,
  NewSensor,
  NewTrigger,
} from '@attune/db';

import { runtimeRefOf } from '../checks/reference.check.js';
import type { ActionDocument } from '../documents/action.document.js';
import type { PermissionSetDocument } from '../documents/permission-set.document.js';
import type { PolicyDocument } from '../documents/policy.document.js';
import type { RuleDocument } from '../documents/rule.document.js';
import type { RuntimeDocument } from '../documents/runtime.document.js';
import type { SensorDocument } from '../documents/sensor.document.js';
import type { TriggerDocument } from '../documents/trigger.document.js';

/*
 * What each kind of file says, as columns. Every column a file decides is named, also when the file leaves it
 * out: taking a key out of a file takes its value out of the row.
 */

export function permissionSetValues(document: PermissionSetDocument): NewPermissionSet {
  const { ref, label, description = null, grants } = document;
  return { ref, label, description, grants };
}

export function runtimeValues(document: RuntimeDocument): NewRuntime {
  const { ref, name, aliases, description = null, distributions, execution_config } = document;
  return { ref, name, aliases, description, distributions, execution_config };
}

export function sensorValues(document: SensorDocument): NewSensor {
  const { ref, label, description = null, enabled, runner_type, entry_point, parameters = null } = document;
  return {
    ref,
    label,
    description,
    enabled,
    entrypoint: entry_point,
    runtime_ref: runtimeRefOf(runner_type),
    param_schema: parameters,
    config: document.config ?? null,
  };
}

/** `sensorRef` is the sensor of the pack that emits it. */
export function triggerValues(document: TriggerDocument, sensorRef: string | null): NewTrigger {
  const { ref, label, description = null, enabled, parameters = null, output = null, webhook } = document;
  return {
    ref,
    label,
    description,
    enabled,
    param_schema: parameters,
    out_schema: output,
    sensor_ref: sensorRef,
    webhook_config: webhook ?? {},
  };
}

export function actionValues(document: ActionDocument): NewAction {
  const { runner_type, entry_point, parameters, output, timeout, start_timeout, total_timeout, ...columns } =
    document;
  return {
    ...columns,
    description: document.description ?? null,
    entrypoint: entry_point ?? '',
    runtime_ref: runtimeRefOf(runner_type),
    param_schema: parameters ?? null,
    out_schema: output ?? null,
    ...timeoutsOf({ timeout, start_timeout, total_timeout }),
    retry: document.retry ?? null,
  };
}

/** `owner` is the identity the rule acts for. */
export function ruleValues(document: RuleDocument, owner: number | null): NewRule {
  const { timeout, start_timeout, total_timeout, ...columns } = document;
  return {
    ...columns,
    description: document.description ?? null,
    conditions: document.conditions ?? [],
    permission_set_refs: document.permission_set_refs ?? null,
    ...timeoutsOf({ timeout, start_timeout, total_timeout }),
    retry: document.retry ?? null,
    priority: document.priority ?? null,
    dedupe: document.dedupe ?? null,
    throttle: document.throttle ?? null,
    debounce: document.debounce ?? null,
    owner_identity: owner,
  };
}

export function policyValues(document: PolicyDocument): NewPolicy {
  const { ref, name, description = null, action_ref = null, rule_ref = null, parameters, method } = document;
  return {
    ref,
    name,
    description,
    action_ref,
    rule_ref,
    pack_wide: action_ref === null && rule_ref === null && document.scope !== 'global',
    parameters,
    key: document.key ?? null,
    method,
    threshold: document.threshold,
    window_seconds: document.window_seconds ?? null,
    tags: document.tags,
  };
}

interface Timeouts {
  timeout: number | undefined;
  start_timeout: number | undefined;
  total_timeout: number | undefined;
}

function timeoutsOf({ timeout, start_timeout, total_timeout }: Timeouts) {
  return {
    timeout_seconds: timeout ?? null,
    start_timeout_seconds: start_timeout ?? null,
    total_timeout_seconds: total_timeout ?? null,
  };
}
