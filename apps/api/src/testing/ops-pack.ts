import type { Client } from '@attune/contract';
import type { TestApi } from './test-api.js';

/** A rule of the pack `ops` as a client would make it. */
export const opsRule = {
  ref: 'ops.hello',
  label: 'Hello',
  trigger_ref: 'ops.disk_full',
  action_ref: 'ops.note',
  conditions: 'event.payload.percent > 90',
  action_params: { text: 'disk {{ event.payload.host }}', level: 3 },
};

/** The pack `ops` with a trigger and an action, and a client of somebody who may do everything. */
export function useOpsPack(t: TestApi): { readonly client: Client } {
  let client: Client | undefined;
  beforeAll(async () => {
    client = await t.client();
    await client.packs.create({ body: { ref: 'ops', label: 'Operations', version: '1.0.0' } });
    await client.triggers.create({ body: opsTrigger });
    await client.actions.create({ body: opsAction });
  });
  return {
    get client() {
      if (client === undefined) throw new Error('the pack is made by beforeAll');
      return client;
    },
  };
}

const opsTrigger = {
  ref: 'ops.disk_full',
  label: 'Disk full',
  param_schema: { mount: { type: 'string' } },
  out_schema: { host: { type: 'string', required: true }, percent: { type: 'number' } },
};

const opsAction = {
  ref: 'ops.note',
  label: 'Note',
  runtime_ref: 'core.shell',
  entrypoint: 'echo "$text"',
  param_schema: {
    text: { type: 'string', required: true },
    level: { type: 'integer' },
    token: { type: 'string', secret: true },
  },
};
