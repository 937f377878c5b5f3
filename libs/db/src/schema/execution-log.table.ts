import type { Selectable } from 'kysely';
import type { Defaulted, Stamp } from './column.js';

/** A chunk of output. `sequence` counts over all streams of an attempt, from 1. */
export interface ExecutionLogTable {
  execution: number;
  attempt: number;
  sequence: number;
  at: Stamp;
  stream: 'stdout' | 'stderr' | 'system';
  content: string;
  truncated: Defaulted<boolean>;
}

export type ExecutionLogRow = Selectable<ExecutionLogTable>;
