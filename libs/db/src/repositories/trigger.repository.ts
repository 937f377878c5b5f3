import type { Patch } from '../columns.js';
import { definitionTable } from '../definition-table.js';
import { containsWords, equals, matchesRef } from '../filter.js';
import { byRef } from '../page.js';
import type { TriggerRow } from '../schema/index.js';
import type { SealedValue } from '../secrets/secret-box.js';
import { listOf } from '../table.js';
import { componentLimits } from '../visible.js';

export interface NewTrigger {
  ref: string;
  label: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  /** Made by a person, not by the files of the pack: survives updates of the pack. */
  is_adhoc?: boolean | undefined;
  param_schema?: Record<string, unknown> | null | undefined;
  /** Of the payload. */
  out_schema?: Record<string, unknown> | null | undefined;
  sensor_ref?: string | null | undefined;
  webhook_enabled?: boolean | undefined;
  webhook_config?: Record<string, unknown> | undefined;
  /** What its deliveries are verified by, sealed for `secretPlaces.webhookSecret`. */
  webhook_secret_sealed?: SealedValue | null | undefined;
}

/** undefined keeps, null clears; `ref` is immutable. */
export type TriggerPatch = Patch<Omit<NewTrigger, 'ref'>>;

export interface TriggerFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  sensor_ref?: string | undefined;
  enabled?: boolean | undefined;
  webhook_enabled?: boolean | undefined;
  is_adhoc?: boolean | undefined;
  /** Words that must all occur in ref, label or description. */
  search?: string | undefined;
}

const triggers = definitionTable<TriggerRow, NewTrigger>('trigger', {
  refersTo: ['sensor'],
  namedBy: { table: 'rule', column: 'trigger' },
});

/** Rules that name it by ref and lost it when it was deleted have it again. */
export const insertTrigger = triggers.insert;

export const findTrigger = triggers.find;

export const findTriggerByRef = triggers.findByRef;

export const getTrigger = triggers.get;

export const getTriggerByRef = triggers.getByRef;

/** By ref. */
export const listTriggers = listOf<TriggerRow, TriggerFilter>('trigger', {
  order: byRef('trigger'),
  limits: componentLimits('trigger'),
  conditions: (filter) => [
    matchesRef('trigger.ref', filter.ref),
    matchesRef('trigger.pack_ref', filter.pack_ref),
    matchesRef('trigger.sensor_ref', filter.sensor_ref),
    equals('trigger.enabled', filter.enabled),
    equals('trigger.is_adhoc', filter.is_adhoc),
    equals('trigger.webhook_enabled', filter.webhook_enabled),
    containsWords(['trigger.ref', 'trigger.label', 'trigger.description'], filter.search),
  ],
});

export const updateTrigger = triggers.update;

/** Events keep its ref; rules that name it stay and say so. */
export const deleteTrigger = triggers.delete;

export const restoreTrigger = triggers.restore;
