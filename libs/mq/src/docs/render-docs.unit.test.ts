import {
  contracts,
  eventCreated,
  executionRequested,
  executionScheduled,
  notice,
} from '../messages/index.js';
import { stage } from '../stage.js';
import { renderFlowDoc } from './render-flow-doc.js';
import { renderMessagesDoc } from './render-messages-doc.js';

describe('docs/messages.md', () => {
  test('has every contract with a description and every field with a meaning', () => {
    const doc = renderMessagesDoc(contracts);
    for (const { type, description } of contracts) {
      expect(doc).toContain(`## ${type}\n\n${description}\n`);
    }
    expect(doc).not.toMatch(/\| {2}\|$/m);
  });

  test('shows fields as they are on the wire, nested ones by path', () => {
    const doc = renderMessagesDoc([executionScheduled, notice]);
    expect(doc).toContain('| `execution_id` | integer | id of the execution row |');
    expect(doc).toContain('| `changes[].entity_type` | string | kind of row, e.g. execution |');
    expect(doc).toContain('| `changes[].change` | `created` `updated` `deleted` | what happened |');
    expect(doc).toContain('| `changes[].pack_ref` | string, optional | pack it belongs to |');
  });

  test('says where each message goes and how often', () => {
    const doc = renderMessagesDoc([eventCreated, executionScheduled, notice]);
    expect(doc).toContain('To the queue `attune.executor.events`, at least once.');
    expect(doc).toContain('To the queue `attune.dispatch.<runtime>[.<placement>]`, at least once.');
    expect(doc).toContain('To every subscriber, at most once.');
  });
});

describe('docs/flow.md', () => {
  const stages = [
    stage({
      name: 'event-to-enforcement',
      consumes: eventCreated,
      queue: 'executor.events',
      handler: async () => [],
      emits: [executionRequested],
    }),
  ];

  test('draws message in, stage, messages out', () => {
    const doc = renderFlowDoc({ executor: stages, worker: [] });
    expect(doc).toContain('  message_event_created(["event.created"]) --> executor_event_to_enforcement');
    expect(doc).toContain(
      '  executor_event_to_enforcement --> message_execution_requested(["execution.requested"])',
    );
    expect(doc).toContain(
      '| event-to-enforcement | `event.created` | `executor.events` | `execution.requested` |',
    );
  });
});
