import { randomBytes } from 'node:crypto';
import type { Client } from '@attune/contract';
import { signedPush } from './github-delivery.js';
import type { Narrator } from './narrator.js';
import { waitFor } from './wait-for.js';

const trigger = 'github.push';
const rule = 'github.main_push';

/** The last line of the demo, for scripts. */
export interface Outcome {
  event_id: number;
  enforcement_id: number;
  execution_id: number;
  status: string;
  elapsed_ms: number;
}

/** Delivers a signed push and tells what Attune makes of it, step by step, to the recorded result. */
export async function tellPushStory(client: Client, narrator: Narrator): Promise<Outcome> {
  const deliver = await openWebhook(client, narrator);
  narrator.restart();
  const event = await deliver();
  await tellDecision(client, narrator, event);
  const { enforcement, execution } = await awaitExecution(client, narrator, event);
  const status = await tellRun(client, narrator, execution);
  return {
    event_id: event,
    enforcement_id: enforcement,
    execution_id: execution,
    status,
    elapsed_ms: narrator.elapsedMs(),
  };
}

async function openWebhook(client: Client, narrator: Narrator): Promise<() => Promise<number>> {
  const secret = randomBytes(24).toString('hex');
  const { data } = await client.webhooks.enable({
    params: { ref: trigger },
    body: { verification: { preset: 'github', secret } },
  });
  const key = data.key;
  if (key === null) throw new Error(`the webhook of ${trigger} has no address`);
  narrator.step(`webhook of ${trigger} open, deliveries are verified as GitHub signs them`);

  return async () => {
    const { body, headers } = signedPush(secret);
    const answer = await client.webhooks.receivePost({ params: { key }, rawBody: body, headers });
    const { event_id } = answer.data;
    if (event_id === null) throw new Error('the delivery was answered without an event');
    narrator.step(`event ${event_id} recorded: signed delivery of ${body.length} bytes accepted`);
    return event_id;
  };
}

async function tellDecision(client: Client, narrator: Narrator, event: number): Promise<void> {
  const { data } = await client.rules.explain({ params: { ref: rule }, query: { event } });
  narrator.step(`rule ${rule} ${data.matched ? 'matches' : 'does not match'}, clause by clause:`);
  for (const clause of data.clauses) narrator.detail(`${clause.ok ? '✓' : '✗'} ${clause.explanation}`);
}

async function awaitExecution(client: Client, narrator: Narrator, event: number) {
  const { id: enforcement, execution } = await waitFor(`the enforcement of event ${event}`, async () => {
    const { items } = await client.enforcements.list({ query: { event } });
    return items[0];
  });
  if (execution === null) throw new Error(`enforcement ${enforcement} started no execution`);
  narrator.step(`enforcement ${enforcement} written, execution ${execution} requested in the same commit`);
  return { enforcement, execution };
}

async function tellRun(client: Client, narrator: Narrator, id: number): Promise<string> {
  narrator.step('output of the worker:');
  for await (const event of client.followLog(id)) {
    if (event.event === 'chunk') narrator.detail(event.data.content.trimEnd());
  }
  const { data } = await client.executions.get({ params: { id } });
  narrator.step(`execution ${id} ${data.status}, result:`);
  narrator.detail(JSON.stringify(data.result?.data ?? data.result, null, 2));
  return data.status;
}
