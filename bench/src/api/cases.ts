import { createHmac, randomBytes } from 'node:crypto';
import type { ApiWorld } from './api-world.js';
import type { Load } from './load.js';

/** The API, and the yardstick. */
export const sides = ['ours', 'yardstick'] as const;
export type Side = (typeof sides)[number];
export type Sides<T> = Record<Side, T>;

export interface Case {
  name: string;
  requests: Sides<Omit<Load, 'connections' | 'seconds'>>;
}

const json = { 'content-type': 'application/json' };
const payload = { n: 1, site: 'a', text: 'something that happened somewhere, as sensors tell it' };

/** `rows` executions are in the table; the deep page begins in the middle of them. */
export async function openCases(world: ApiWorld, rows: number): Promise<Case[]> {
  return [...(await listCases(world, rows)), ...eventCases(world), await webhookCase(world)];
}

async function listCases({ ours, yardstick }: ApiWorld, rows: number): Promise<Case[]> {
  const page = Math.max(1, Math.floor(rows / 2 / 50));
  const { items, pagination } = await ours.client.executions.list({ query: { page, page_size: 50 } });
  const last = items.at(-1)?.id ?? 0;
  const headers = { authorization: `Bearer ${ours.token}` };
  const get = (path: string, before: string): Case['requests'] => ({
    ours: { method: 'GET', url: `${ours.url}/api/v1/executions?page_size=50${path}`, headers },
    yardstick: { method: 'GET', url: `${yardstick.url}/executions${before}`, headers: {} },
  });
  return [
    { name: 'executions, first page', requests: get('', '') },
    {
      name: 'executions, deep page',
      requests: get(`&cursor=${pagination.next_cursor ?? ''}`, `?before=${last}`),
    },
  ];
}

function eventCases({ ours, yardstick, trigger }: ApiWorld): Case[] {
  const event = { trigger_ref: trigger.ref, payload };
  const headers = { ...json, authorization: `Bearer ${ours.token}` };
  const post = (content: object, path: string): Case['requests'] => {
    const body = JSON.stringify(content);
    return {
      ours: { method: 'POST', url: `${ours.url}/api/v1/events`, headers, body },
      yardstick: { method: 'POST', url: yardstick.url + path, headers: json, body },
    };
  };
  return [
    { name: 'events, one', requests: post(event, '/events') },
    {
      name: 'events, batch of 100',
      requests: post({ events: Array.from({ length: 100 }, () => event) }, '/events/batch'),
    },
  ];
}

async function webhookCase({ ours, yardstick, trigger }: ApiWorld): Promise<Case> {
  const secret = randomBytes(24).toString('base64url');
  const { data } = await ours.client.webhooks.enable({
    params: { ref: trigger.ref },
    body: { verification: { preset: 'hmac', header: 'X-Signature', secret } },
  });
  const body = JSON.stringify(payload);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const signed = { ...json, 'x-signature': signature };
  return {
    name: 'webhook, hmac',
    requests: {
      ours: { method: 'POST', url: ours.url + (data.path ?? ''), headers: signed, body },
      yardstick: { method: 'POST', url: `${yardstick.url}/webhook`, headers: signed, body },
    },
  };
}
