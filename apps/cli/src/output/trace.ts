import type { CallOutput, Routes } from '@attune/contract';

type Trace = CallOutput<Routes['traces']['ofExecution']>['data'];
type Node = Trace['nodes'][number];

/** The chain of causes as a tree, what was asked for marked. */
export function traceLines({ nodes, complete }: Trace): string[] {
  const causedBy = (node: number | null) => nodes.filter(({ cause }) => cause === node);
  const branch = (node: Node, indent: string): string[] => [
    `${indent}${lineOf(node)}`,
    ...(node.clauses ?? []).map(({ ok, explanation }) => `${indent}  ${ok ? '✓' : '✗'} ${explanation}`),
    ...causedBy(node.node).flatMap((child) => branch(child, `${indent}  `)),
  ];
  return [
    ...causedBy(null).flatMap((first) => branch(first, '')),
    ...(complete ? [] : ['there is more than is shown: --depth, --limit']),
  ];
}

function lineOf(node: Node): string {
  if (node.hidden) return `${node.kind} (hidden)`;
  const mark = node.place === 'here' ? '▶ ' : '';
  const repeats = node.original_execution === null ? '' : `, repeats ${node.original_execution}`;
  const task = node.workflow_task === null ? '' : `, task ${node.workflow_task}`;
  return `${mark}${node.kind} ${node.id} ${node.ref}: ${node.status}${task}${repeats}${sourceOf(node)}${reasonOf(node)} ${timesOf(node)}`;
}

function sourceOf({ source }: Node): string {
  if (source === null || source.kind === 'execution') return '';
  const name = source.ref ?? (source.delivery === null ? '' : `delivery ${source.delivery}`);
  return `, by ${source.kind} ${name}`.trimEnd();
}

function reasonOf({ reason }: Node): string {
  return reason === null ? '' : `, ${reason.code}: ${reason.detail ?? ''}`;
}

/** When it came to be, and how long after that the rest was. */
function timesOf({ created, decided_at, scheduled_at, started_at, finished_at }: Node): string {
  if (created === null) return '';
  const steps = { decided: decided_at, scheduled: scheduled_at, started: started_at, finished: finished_at };
  const later = Object.entries(steps).flatMap(([name, at]) =>
    at === null ? [] : [`${name} +${Date.parse(at) - Date.parse(created)} ms`],
  );
  return `[${[created, ...later].join(', ')}]`;
}
