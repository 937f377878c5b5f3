import type {
  ArtifactRetention,
  GrantFilter,
  Isolation,
  OutputFormat,
  ParameterDelivery,
  ParameterFormat,
  Retry,
} from '@attune/domain';
import { definitionTable } from '../definition-table.js';
import { contains, containsWords, equals, isSet, isWithin, matchesRef, oneOf } from '../filter.js';
import { byRef } from '../page.js';
import type { ActionRow } from '../schema/index.js';
import { listOf } from '../table.js';
import { componentLimits, isVisible } from '../visible.js';

export interface NewAction {
  ref: string;
  label: string;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
  /** Made by a person, not by the files of the pack: survives updates of the pack. */
  is_adhoc?: boolean | undefined;
  /** A file of the pack, or the script itself for inline runtimes. */
  entrypoint: string;
  /** Absent or null for workflows. */
  runtime_ref?: string | null | undefined;
  runtime_version_constraint?: string | null | undefined;
  required_worker_runtimes?: Record<string, string> | undefined;
  worker_selector?: Record<string, unknown> | undefined;
  worker_tolerations?: readonly unknown[] | undefined;
  worker_affinity?: Record<string, unknown> | undefined;
  param_schema?: Record<string, unknown> | null | undefined;
  out_schema?: Record<string, unknown> | null | undefined;
  parameter_delivery?: ParameterDelivery | undefined;
  parameter_format?: ParameterFormat | undefined;
  output_format?: OutputFormat | undefined;
  isolation?: Isolation | null | undefined;
  timeout_seconds?: number | null | undefined;
  start_timeout_seconds?: number | null | undefined;
  total_timeout_seconds?: number | null | undefined;
  retry?: Retry | null | undefined;
  priority?: number | undefined;
  idempotent?: boolean | undefined;
  dry_run?: boolean | undefined;
  accesses_mcp?: boolean | undefined;
  /** Names of the keys a run may read. */
  secrets?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
  default_execution_permission_set_refs?: readonly string[] | undefined;
  log_retention_policy?: ArtifactRetention | null | undefined;
  log_retention_limit?: number | null | undefined;
  artifact_retention_policy?: ArtifactRetention | null | undefined;
  artifact_retention_limit?: number | null | undefined;
  workflow?: Record<string, unknown> | null | undefined;
}

export interface ActionFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  runtime_ref?: string | undefined;
  is_workflow?: boolean | undefined;
  /** Words that must all occur in ref, label or description. */
  search?: string | undefined;
  /** Of any of these packs; an empty list matches nothing. */
  pack_refs?: readonly string[] | undefined;
  enabled?: boolean | undefined;
  is_adhoc?: boolean | undefined;
  accesses_mcp?: boolean | undefined;
  tag?: string | undefined;
  /** Also among these: those that somebody may execute. */
  executable?: GrantFilter | undefined;
  /** Its default permission sets are all of these; an empty list leaves actions that have none. */
  permission_sets_among?: readonly string[] | undefined;
}

const actions = definitionTable<ActionRow, NewAction>('action', {
  refersTo: ['runtime'],
  namedBy: { table: 'rule', column: 'action' },
});

/** Rules that name it by ref and lost it when it was deleted have it again. */
export const insertAction = actions.insert;

export const findAction = actions.find;

export const findActionByRef = actions.findByRef;

export const getAction = actions.get;

export const getActionByRef = actions.getByRef;

/** By ref. */
export const listActions = listOf<ActionRow, ActionFilter>('action', {
  order: byRef('action'),
  limits: componentLimits('action'),
  conditions: (filter) => [
    matchesRef('action.ref', filter.ref),
    matchesRef('action.pack_ref', filter.pack_ref),
    oneOf('action.pack_ref', filter.pack_refs, 'text'),
    matchesRef('action.runtime_ref', filter.runtime_ref),
    equals('action.enabled', filter.enabled),
    equals('action.is_adhoc', filter.is_adhoc),
    equals('action.accesses_mcp', filter.accesses_mcp),
    isSet('action.workflow', filter.is_workflow),
    contains('action.tags', filter.tag),
    isVisible(filter.executable, componentLimits('action')),
    isWithin('action.default_execution_permission_set_refs', filter.permission_sets_among),
    containsWords(['action.ref', 'action.label', 'action.description'], filter.search),
  ],
});

export const updateAction = actions.update;

/** Executions that are under way carry the version they run; rules that name it stay and say so. */
export const deleteAction = actions.delete;

export const restoreAction = actions.restore;
