import type { Client } from '@attune/contract';
import type { Answer, TestApi } from './test-api.js';

/** A trigger whose webhook is on. */
export interface Door {
  ref: string;
  id: number;
  key: string;
  path: string;
}

export interface Doors {
  readonly client: Client;
  /** A new one. */
  open(options: object): Promise<Door>;
  /** What the log says through the API, newest first. */
  log(door: Door): Promise<Awaited<ReturnType<Client['webhooks']['deliveries']>>['items']>;
  deliver(
    door: Pick<Door, 'path'>,
    body?: Buffer | string,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  events(door: Door): Promise<{ id: number; payload: unknown; config: unknown }[]>;
}

/** Webhooks for the tests of one file. Call at its top, after `useTestApi`. */
export function useDoors(t: TestApi, pack: string): Doors {
  let client: Client | undefined;
  let count = 0;
  beforeAll(async () => {
    client = await t.client();
    await client.packs.create({ body: { ref: pack, label: pack, version: '1.0.0' } });
  });
  const started = () => {
    if (client === undefined) throw new Error('the client is made by beforeAll');
    return client;
  };
  return {
    get client() {
      return started();
    },
    open: async (options) => {
      count += 1;
      const ref = `${pack}.door_${count}`;
      const { data: trigger } = await started().triggers.create({ body: { ref, label: ref } });
      const { data } = await started().webhooks.enable({ params: { ref }, body: options });
      return { ref, id: trigger.id, key: data.key ?? '', path: data.path ?? '' };
    },
    log: async ({ ref }) => (await started().webhooks.deliveries({ params: { ref } })).items,
    deliver: ({ path }, body = '{}', headers = {}) =>
      t.request('POST', path, { headers: { 'content-type': 'application/json', ...headers }, body }),
    events: ({ ref }) =>
      t.db.selectFrom('event').selectAll().where('trigger_ref', '=', ref).orderBy('id').execute(),
  };
}
