import type { Db } from '../database.js';
import type { Authorship } from '../definition.js';
import type { Page, PageRequest } from '../page.js';
import type { TriggerRow } from '../schema/index.js';

export interface NewTrigger {
  ref: string;
  label: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  is_adhoc?: boolean | undefined;
  param_schema?: Record<string, unknown> | null | undefined;
  out_schema?: Record<string, unknown> | null | undefined;
  sensor_ref?: string | null | undefined;
  webhook_enabled?: boolean | undefined;
  webhook_config?: Record<string, unknown> | undefined;
}

/** undefined keeps, null clears. */
export type TriggerPatch = { [Column in Exclude<keyof NewTrigger, 'ref'>]?: NewTrigger[Column] | undefined };

export interface TriggerFilter {
  pack_ref?: string | undefined;
  enabled?: boolean | undefined;
  sensor_ref?: string | undefined;
}

export declare function insertTrigger(db: Db, values: NewTrigger, by?: Authorship): Promise<TriggerRow>;
export declare function findTrigger(db: Db, id: number): Promise<TriggerRow | undefined>;
export declare function findTriggerByRef(db: Db, ref: string): Promise<TriggerRow | undefined>;
export declare function getTrigger(db: Db, id: number): Promise<TriggerRow>;
export declare function getTriggerByRef(db: Db, ref: string): Promise<TriggerRow>;
/** By ref. */
export declare function listTriggers(
  db: Db,
  filter: TriggerFilter,
  page: PageRequest,
): Promise<Page<TriggerRow>>;
export declare function updateTrigger(
  db: Db,
  id: number,
  patch: TriggerPatch,
  by?: Authorship,
): Promise<TriggerRow>;
export declare function deleteTrigger(db: Db, id: number): Promise<boolean>;
