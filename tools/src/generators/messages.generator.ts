import { contracts, renderFlowDoc, renderMessagesDoc } from '@attune/mq';
import { stages as executor } from '../../../apps/executor/src/stages.js';
import { stages as worker } from '../../../apps/worker/src/stages.js';
import type { Generator } from '../generated-file.js';

export const messages: Generator = {
  name: 'messages and flow',
  generate: () => [
    { path: 'docs/messages.md', content: renderMessagesDoc(contracts) },
    { path: 'docs/flow.md', content: renderFlowDoc({ executor, worker }) },
  ],
};
