import { splitRef } from '@attune/domain';
import type { Db } from '../database.js';
import type { NewAction } from '../repositories/action.repository.js';
import { findActionByRef, insertAction } from '../repositories/action.repository.js';
import type { NewPack } from '../repositories/pack.repository.js';
import { findPackByRef, insertPack } from '../repositories/pack.repository.js';
import type { NewPermissionSet } from '../repositories/permission-set.repository.js';
import { insertPermissionSet } from '../repositories/permission-set.repository.js';
import type { NewPolicy } from '../repositories/policy.repository.js';
import { insertPolicy } from '../repositories/policy.repository.js';
import type { NewRule } from '../repositories/rule.repository.js';
import { insertRule } from '../repositories/rule.repository.js';
import type { NewRuntime } from '../repositories/runtime.repository.js';
import { findRuntimeByRef, insertRuntime } from '../repositories/runtime.repository.js';
import type { NewSensor } from '../repositories/sensor.repository.js';
import { insertSensor } from '../repositories/sensor.repository.js';
import type { NewTrigger } from '../repositories/trigger.repository.js';
import { findTriggerByRef, insertTrigger } from '../repositories/trigger.repository.js';
import type {
  ActionRow,
  PackRow,
  PermissionSetRow,
  PolicyRow,
  RuleRow,
  RuntimeRow,
  SensorRow,
  TriggerRow,
} from '../schema/index.js';

/*
 * Rows that satisfy the constraints; name only what the test is about. What a ref names (its pack, a rule's
 * trigger and action, an action's runtime) is made when it does not exist.
 */

let made = 0;

export async function makePack(db: Db, values: Partial<NewPack> = {}): Promise<PackRow> {
  const ref = values.ref ?? next('pack');
  return insertPack(db, { label: `Pack ${ref}`, version: '1.0.0', ...values, ref });
}

export async function makeRuntime(db: Db, values: Partial<NewRuntime> = {}): Promise<RuntimeRow> {
  const ref = await componentRef(db, 'runtime', values.ref);
  return insertRuntime(db, { name: splitRef(ref).name, ...values, ref });
}

export async function makeTrigger(db: Db, values: Partial<NewTrigger> = {}): Promise<TriggerRow> {
  const ref = await componentRef(db, 'trigger', values.ref);
  return insertTrigger(db, { label: `Trigger ${ref}`, ...values, ref });
}

export async function makeSensor(db: Db, values: Partial<NewSensor> = {}): Promise<SensorRow> {
  const ref = await componentRef(db, 'sensor', values.ref);
  const runtime_ref = await runtimeRef(db, values.runtime_ref ?? 'core.native');
  return insertSensor(db, { label: `Sensor ${ref}`, entrypoint: 'observe', ...values, ref, runtime_ref });
}

/** Runs on `core.noop`; `runtime_ref: null` for workflows. */
export async function makeAction(db: Db, values: Partial<NewAction> = {}): Promise<ActionRow> {
  const ref = await componentRef(db, 'action', values.ref);
  const runtime_ref =
    values.runtime_ref === null ? null : await runtimeRef(db, values.runtime_ref ?? 'core.noop');
  return insertAction(db, { label: `Action ${ref}`, entrypoint: 'noop', ...values, ref, runtime_ref });
}

export async function makePolicy(db: Db, values: Partial<NewPolicy> = {}): Promise<PolicyRow> {
  const ref = await componentRef(db, 'policy', values.ref);
  return insertPolicy(db, { name: `Policy ${ref}`, threshold: 1, ...values, ref });
}

/** Enabled, without conditions. */
export async function makeRule(db: Db, values: Partial<NewRule> = {}): Promise<RuleRow> {
  const ref = await componentRef(db, 'rule', values.ref);
  const trigger_ref = await triggerRef(db, values.trigger_ref);
  const action_ref = await actionRef(db, values.action_ref);
  return insertRule(db, { label: `Rule ${ref}`, ...values, ref, trigger_ref, action_ref });
}

export async function makePermissionSet(
  db: Db,
  values: Partial<NewPermissionSet> = {},
): Promise<PermissionSetRow> {
  return insertPermissionSet(db, { ...values, ref: await componentRef(db, 'permission_set', values.ref) });
}

/** A name that no other factory of this process has given out. */
export function next(kind: string): string {
  made += 1;
  return `${kind}_${made}`;
}

export async function triggerRef(db: Db, ref: string | undefined): Promise<string> {
  if (ref !== undefined && (await findTriggerByRef(db, ref)) !== undefined) return ref;
  return (await makeTrigger(db, ref === undefined ? {} : { ref })).ref;
}

export async function actionRef(db: Db, ref: string | undefined): Promise<string> {
  if (ref !== undefined && (await findActionByRef(db, ref)) !== undefined) return ref;
  return (await makeAction(db, ref === undefined ? {} : { ref })).ref;
}

async function runtimeRef(db: Db, ref: string): Promise<string> {
  if ((await findRuntimeByRef(db, ref)) === undefined) await makeRuntime(db, { ref });
  return ref;
}

async function componentRef(db: Db, kind: string, given: string | undefined): Promise<string> {
  const ref = given ?? `${next('pack')}.${next(kind)}`;
  const pack = splitRef(ref).pack;
  if ((await findPackByRef(db, pack)) === undefined) await makePack(db, { ref: pack });
  return ref;
}
