import { contracts, renderFlowDoc, renderMessagesDoc } from '@attune/mq';
import type { FlowStage, MessageContract } from '@attune/mq';
import { subscribes as api } from '../../../apps/api/src/stages.js';
import { stages as executor } from '../../../apps/executor/src/stages.js';
import { subscribes as notifier } from '../../../apps/notifier/src/stages.js';
import { stages as worker } from '../../../apps/worker/src/stages.js';
import type { GeneratedFile } from '../generated-file.js';

export function messagePages(): GeneratedFile[] {
  const stages = { executor, worker, api: api.map(listening), notifier: notifier.map(listening) };
  return [
    { path: 'docs/messages.md', content: renderMessagesDoc(contracts) },
    { path: 'docs/flow.md', content: renderFlowDoc(stages) },
  ];
}

/** What a process only listens to, every one of them, on a queue of its own. */
function listening(consumes: MessageContract<unknown>): FlowStage {
  return { name: `listen to ${consumes.type}`, consumes, queues: [], emits: [] };
}
