import { sql } from 'kysely';
import { definitionTable } from '../definition-table.js';
import type { Condition } from '../filter.js';
import { equals, matchesRef } from '../filter.js';
import { byRef } from '../page.js';
import type { RuntimeRow } from '../schema/index.js';
import { listOf } from '../table.js';
import { componentLimits } from '../visible.js';

export interface NewRuntime {
  ref: string;
  name: string;
  aliases?: readonly string[] | undefined;
  description?: string | null | undefined;
  distributions?: Record<string, unknown> | undefined;
  installation?: unknown;
  installers?: readonly unknown[] | undefined;
  execution_config?: Record<string, unknown> | undefined;
  auto_detected?: boolean | undefined;
  detection_config?: Record<string, unknown> | undefined;
}

export interface RuntimeFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  /** Case does not matter; aliases count. */
  name?: string | undefined;
  /** Registered by a worker that found it, not by a pack. */
  auto_detected?: boolean | undefined;
}

const runtimes = definitionTable<RuntimeRow, NewRuntime>('runtime');

export const insertRuntime = runtimes.insert;

export const findRuntime = runtimes.find;

export const findRuntimeByRef = runtimes.findByRef;

export const getRuntime = runtimes.get;

export const getRuntimeByRef = runtimes.getByRef;

/** By ref. */
export const listRuntimes = listOf<RuntimeRow, RuntimeFilter>('runtime', {
  order: byRef('runtime'),
  limits: componentLimits('runtime'),
  conditions: (filter) => [
    matchesRef('runtime.ref', filter.ref),
    matchesRef('runtime.pack_ref', filter.pack_ref),
    equals('runtime.auto_detected', filter.auto_detected),
    hasName(filter.name),
  ],
});

export const updateRuntime = runtimes.update;

/** Refused while an action or a sensor uses it. */
export const deleteRuntime = runtimes.delete;

export const restoreRuntime = runtimes.restore;

function hasName(name: string | undefined): Condition {
  if (name === undefined) return undefined;
  return sql<boolean>`(lower(runtime.name) = ${name.toLowerCase()} or ${name.toLowerCase()} = any(runtime.aliases))`;
}
