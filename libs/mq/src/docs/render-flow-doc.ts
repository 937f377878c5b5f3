import type { MessageContract } from '../define-message.js';
import type { Stage } from '../stage.js';

/** What the picture needs of a stage, whatever its context. */
export type FlowStage = Pick<Stage<never>, 'name' | 'consumes' | 'queues' | 'emits'>;

/** docs/flow.md: who consumes what from where and emits what, from each app's stages.ts. */
export function renderFlowDoc(stagesByApp: Readonly<Record<string, readonly FlowStage[]>>): string {
  const apps = Object.entries(stagesByApp);
  const lines = [
    '# Flow',
    '',
    "Generated from each app's `stages.ts`: message in → stage → messages out.",
    '',
    '```mermaid',
    'flowchart LR',
    ...apps.flatMap(([app, stages]) => subgraph(app, stages)),
    ...apps.flatMap(([app, stages]) => stages.flatMap((stage) => arrows(app, stage))),
    '```',
    '',
    ...apps.flatMap(([app, stages]) => table(app, stages)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function subgraph(app: string, stages: readonly FlowStage[]): string[] {
  return [
    `  subgraph ${nodeId(app)}["${app}"]`,
    ...stages.map((stage) => `    ${stageId(app, stage)}["${stage.name}"]`),
    '  end',
  ];
}

function arrows(app: string, stage: FlowStage): string[] {
  return [
    `  ${messageNode(stage.consumes)} --> ${stageId(app, stage)}`,
    ...stage.emits.map((contract) => `  ${stageId(app, stage)} --> ${messageNode(contract)}`),
  ];
}

function table(app: string, stages: readonly FlowStage[]): string[] {
  return [
    `## ${app}`,
    '',
    '| stage | consumes | from | emits |',
    '| --- | --- | --- | --- |',
    ...stages.map(
      ({ name, consumes, queues, emits }) =>
        `| ${name} | \`${consumes.type}\` | ${quoted(queues)} | ${quoted(emits.map(({ type }) => type))} |`,
    ),
    '',
  ];
}

function quoted(names: readonly string[]): string {
  return names.length === 0 ? '–' : names.map((name) => `\`${name}\``).join(', ');
}

function messageNode({ type }: MessageContract<unknown>): string {
  return `${nodeId(`message.${type}`)}(["${type}"])`;
}

function stageId(app: string, { name }: FlowStage): string {
  return nodeId(`${app}.${name}`);
}

function nodeId(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '_');
}
