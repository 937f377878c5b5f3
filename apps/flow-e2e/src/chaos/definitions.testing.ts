import type { Client } from '@attune/contract';

export const happened = 'chaos.happened';
export const actions = {
  plain: 'chaos.plain',
  flaky: 'chaos.flaky',
  endless: 'chaos.endless',
  limited: 'chaos.limited',
  rated: 'chaos.rated',
  newest: 'chaos.newest',
} as const;

/** So many of a group at once. */
export const atOnce = 2;
/** So many starts in a window. */
export const rate = { threshold: 4, windowSeconds: 2 } as const;
export const timerRule = 'chaos.each_second';

/** Begins every program: a line per start, which says what nobody can take back. */
const leaveMark = 'echo "$ATTUNE_EXEC_ID $ATTUNE_ATTEMPT" >> "$file"';

const programs: Readonly<Record<keyof typeof actions, string>> = {
  plain: '',
  flaky: '[ "$ATTUNE_ATTEMPT" -ge 3 ] || exit 1',
  endless: 'sleep 3600',
  limited: 'sleep "$seconds"',
  rated: '',
  newest: 'sleep "$seconds"',
};

/** Actions that leave marks, limits on some of them, and rules of every kind of flow for one trigger. */
export async function defineChaos(client: Client, marks: string): Promise<void> {
  await client.packs.create({ body: { ref: 'chaos', label: 'Chaos', version: '1.0.0' } });
  await client.triggers.create({
    body: {
      ref: happened,
      label: 'Happened',
      out_schema: { n: { type: 'integer', required: true }, key: { type: 'string', required: true } },
    },
  });
  for (const [name, program] of Object.entries(programs)) {
    await client.actions.create({
      body: {
        ref: `chaos.${name}`,
        label: name,
        runtime_ref: 'core.shell',
        entrypoint: `${leaveMark}\n${program}`,
        param_schema: {
          file: { type: 'string', default: marks },
          seconds: { type: 'number', default: 0.1 },
          group: { type: 'string', default: '' },
        },
        retry: {
          count: 30,
          delay: 0.2,
          backoff: 'linear',
          max_delay: 2,
          jitter: 0.5,
          on: ['failed', 'lost'],
        },
      },
    });
  }
  await definePolicies(client);
  await defineRules(client);
}

async function definePolicies(client: Client): Promise<void> {
  const policies = [
    { action_ref: actions.limited, key: 'parameters.group', threshold: atOnce },
    { action_ref: actions.rated, threshold: rate.threshold, window_seconds: rate.windowSeconds },
    { action_ref: actions.newest, threshold: 1, method: 'cancel_running' as const },
  ];
  for (const policy of policies) {
    await client.policies.create({ body: { ref: policy.action_ref, name: policy.action_ref, ...policy } });
  }
}

async function defineRules(client: Client): Promise<void> {
  const key = 'event.payload.key';
  const rules = [
    { name: 'odd', conditions: { expression: 'event.payload.n % 2 == 1' } },
    { name: 'once', dedupe: { key, window: '2s' } },
    { name: 'few', throttle: { key, count: 2, window: '3s' } },
    { name: 'last', debounce: { key, quiet: '500ms' } },
  ];
  for (const { name, ...rule } of rules) {
    await client.rules.create({
      body: { ref: `chaos.${name}`, label: name, trigger_ref: happened, action_ref: actions.plain, ...rule },
    });
  }
  await client.rules.create({
    body: {
      ref: timerRule,
      label: 'Each second',
      trigger_ref: 'core.intervaltimer',
      trigger_params: { unit: 'seconds', interval: 1, misfire: 'catch_up' },
      action_ref: actions.limited,
      action_params: { group: 'timer' },
    },
  });
}
