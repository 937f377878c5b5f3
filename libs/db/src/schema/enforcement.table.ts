import type { EnforcementCondition, EnforcementStatus, EnforcementWait } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, NullableJson, Stamp } from './column.js';

/**
 * One rule matched by one event. The payload is read from the event, the rule's conditions from
 * `rule_version`, and the parameters from the execution when there is one: nothing is stored twice.
 */
export interface EnforcementTable {
  id: Id;
  created: Stamp;
  rule: number;
  rule_ref: string;
  rule_version: Nullable<number>;
  trigger_ref: string;
  event: number;
  /** Of `processed`: the one execution it got. */
  execution: Nullable<number>;
  status: Defaulted<EnforcementStatus>;
  condition: Defaulted<EnforcementCondition>;
  /** Resolved parameters of an enforcement that got no execution. */
  config: NullableJson<Record<string, unknown>>;
  /** Why it is `disabled`. */
  reason_code: Nullable<string>;
  reason_detail: Nullable<string>;
  resolved_at: Nullable<Date>;
  /** Of `created`: what it waits for. */
  waiting_for: Nullable<EnforcementWait>;
  /** Of `created`: when it is decided; NULL = when somebody says so. */
  due_at: Nullable<Date>;
}

export type EnforcementRow = Selectable<EnforcementTable>;
