import type { FlowKind, FlowState } from '@attune/domain';
import type { Selectable } from 'kysely';
import type { NullableJson, Stamp } from './column.js';

/** What is remembered of the matches of a rule under one key. */
export interface RuleFlowTable {
  rule: number;
  kind: FlowKind;
  key: string;
  /** NULL = somebody is about to say. */
  state: NullableJson<FlowState>;
  /** From then on it says nothing any more. */
  expires_at: Stamp;
}

export type RuleFlowRow = Selectable<RuleFlowTable>;
