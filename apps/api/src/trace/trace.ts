import { findEnforcement, findEvent, findRule, loadTracedRows, traceAbove, traceBelow } from '@attune/db';
import type { Db, Traced, TraceStep } from '@attune/db';
import type { Access } from '../access/access.js';
import { componentResource } from '../access/resource.js';
import { ruleKind } from '../routes/rule.route.js';
import { explainRule } from '../trials/explain-rule.js';
import { contentOf } from './trace-node.js';
import type { TraceNode } from './trace-node.js';

export interface TraceRequest {
  readonly db: Db;
  readonly access: Access;
  readonly start: Traced;
  /** Steps above and below; 50 unless said. */
  readonly depth?: number | undefined;
  /** Nodes below; 200 unless said. */
  readonly limit?: number | undefined;
}

/**
 * The chain of causes in both directions: five statements whatever its length, two of them to walk it, and some for
 * the clauses of the rule that led to where it is asked from.
 */
export async function traceOf(request: TraceRequest) {
  const { db, access, start, depth = 50, limit = 200 } = request;
  const above = await traceAbove(db, start, depth + 1);
  const below = await traceBelow(db, start, { depth: depth + 1, limit: limit + 1 });
  const steps = [...above.slice(-(depth + 1)), ...withinDepth(below, start, depth).slice(0, limit)];
  const rows = await loadTracedRows(db, steps, {
    event: access.visible('events:read'),
    enforcement: access.visible('enforcements:read'),
    execution: access.visible('executions:read'),
  });
  const here = above.length - 1 - Math.max(0, above.length - (depth + 1));
  const nodes = numbered(steps, contentOf(rows), here);
  await addClauses(request, nodes);
  return { nodes, complete: above.length + below.length === steps.length };
}

/** One level more was looked for, to know whether there is one. */
function withinDepth(below: readonly TraceStep[], start: Traced, depth: number): readonly TraceStep[] {
  const levels = new Map([[keyOf(start), 0]]);
  return below.filter((step) => {
    const level = 1 + (levels.get(keyOf(causeOf(step))) ?? 0);
    levels.set(keyOf(step), level);
    return level <= depth;
  });
}

function numbered(
  steps: readonly TraceStep[],
  content: ReturnType<typeof contentOf>,
  here: number,
): TraceNode[] {
  const numbers = new Map(steps.map((step, index) => [keyOf(step), index]));
  return steps.map((step, node) => ({
    node,
    cause: numbers.get(keyOf(causeOf(step))) ?? null,
    place: node === here ? 'here' : node < here ? 'above' : 'below',
    kind: step.kind,
    ...content(step),
  }));
}

/** Of the rule that led here: what its conditions looked at, for who may read the rule and the event. */
async function addClauses({ db, access }: TraceRequest, nodes: readonly TraceNode[]): Promise<void> {
  const decisive = nodes.findLast(({ kind, place }) => kind === 'enforcement' && place === 'above');
  if (decisive === undefined || decisive.id === null) return;
  const enforcement = await findEnforcement(db, decisive.id);
  const event = enforcement && (await findEvent(db, enforcement.event));
  const rule = enforcement && (await findRule(db, enforcement.rule));
  if (event === undefined || rule === undefined) return;
  const isReadable =
    access.allows('rules:read', ruleKind.resourceOf(rule)) &&
    access.allows('events:read', componentResource(event.trigger_ref, event.id));
  if (isReadable) decisive.clauses = (await explainRule(db, rule, event)).clauses;
}

function causeOf({ cause_kind: kind, cause }: TraceStep): Pick<Traced, 'id'> & { kind: string } {
  return { kind: kind ?? 'none', id: cause ?? 0 };
}

function keyOf({ kind, id }: { kind: string; id: number }): string {
  return `${kind} ${id}`;
}
