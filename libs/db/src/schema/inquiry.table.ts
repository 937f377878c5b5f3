import type { InquiryStatus } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { Defaulted, Id, Nullable, NullableJson, Stamp } from './column.js';

/** A question to a person that an execution waits for. */
export interface InquiryTable {
  id: Id;
  execution: number;
  prompt: string;
  response_schema: NullableJson<Record<string, unknown>>;
  assigned_to: Nullable<number>;
  assigned_role: Nullable<string>;
  status: Defaulted<InquiryStatus>;
  response: NullableJson;
  /** Taken as the answer when the time is over. */
  default_response: NullableJson;
  timeout_at: Nullable<Date>;
  responded_at: Nullable<Date>;
  responded_by: Nullable<number>;
  resolved_at: Nullable<Date>;
  created: Stamp;
  updated: Stamp;
}

export type InquiryRow = Selectable<InquiryTable>;
