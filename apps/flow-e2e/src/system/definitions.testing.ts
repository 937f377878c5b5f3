import type { Client } from '@attune/contract';

export const happened = 'e2e.happened';
export const mark = 'e2e.mark';
export const oneAtATime = 'e2e.one_at_a_time';

/** Pack, trigger, an action that leaves a line per started attempt, and a rule for the odd numbers. */
export async function defineMarks(client: Client): Promise<void> {
  await client.packs.create({ body: { ref: 'e2e', label: 'End to end', version: '1.0.0' } });
  await client.triggers.create({
    body: {
      ref: happened,
      label: 'Happened',
      out_schema: { n: { type: 'integer', required: true }, file: { type: 'string', required: true } },
    },
  });
  await client.actions.create({
    body: {
      ref: mark,
      label: 'Leave a mark',
      runtime_ref: 'core.shell',
      entrypoint: 'echo "$ATTUNE_EXEC_ID $ATTUNE_ATTEMPT" >> "$file"\necho "marked $n"',
      param_schema: { file: { type: 'string', required: true }, n: { type: 'integer', default: 0 } },
      retry: { count: 5, delay: 0, on: ['lost'] },
    },
  });
  await client.rules.create({
    body: {
      ref: 'e2e.odd_ones',
      label: 'Odd ones',
      trigger_ref: happened,
      conditions: { expression: 'event.payload.n % 2 == 1' },
      action_ref: mark,
      action_params: { file: '{{ event.payload.file }}', n: '{{ event.payload.n }}' },
    },
  });
}

/** What has others wait: an action of which one runs at a time, and a rule for the last of a burst. Needs `defineMarks`. */
export async function defineQueues(client: Client): Promise<void> {
  await client.actions.create({
    body: { ref: oneAtATime, label: 'One at a time', runtime_ref: 'core.noop' },
  });
  await client.policies.create({
    body: { ref: oneAtATime, name: 'One at a time', action_ref: oneAtATime, threshold: 1 },
  });
  await client.rules.create({
    body: {
      ref: 'e2e.last_one',
      label: 'Last one',
      trigger_ref: happened,
      debounce: { quiet: '300ms' },
      action_ref: mark,
      action_params: { file: '{{ event.payload.file }}' },
    },
  });
}
