import { StaleDefinitionsError } from '@attune/db';
import { decideOn } from '@attune/intake';
import type { Known } from '@attune/intake';
import type { FastifyRequest } from 'fastify';
import type { ApiContext } from '../context.js';
import { admitDelivery } from './admit-delivery.js';
import type { Counting } from './admit-delivery.js';
import type { Arrival } from './arrival.js';
import { cacheOpenWebhooks, openWebhookOf } from './open-webhook.js';
import type { OpenWebhook } from './open-webhook.js';
import { isProven, receiveDelivery } from './receive-delivery.js';
import type { Received } from './receive-delivery.js';

/** What is known of a delivery before its webhook is. */
type Came = Omit<Arrival, 'webhook' | 'epoch' | 'maxBytes'>;

/** What the log says of a delivery that is refused, at the time of its refusal. */
export interface Sight {
  verified: boolean | null;
  readonly bytes: number;
}

export interface Delivered {
  readonly arrival: Arrival;
  readonly rawBody: Buffer;
  readonly sight: Sight;
}

/**
 * What is decided about deliveries: on what is remembered of their webhook; but who is refused, and who is let
 * through, is so by what holds now.
 */
export interface Decisions {
  /** Whose webhook it is for. */
  find(came: Came): Promise<Arrival>;
  /** Whether its body is read. It is counted. */
  admit(came: Came): Promise<Arrival>;
  receive(delivered: Delivered): Promise<Received>;
}

export function openDecisions(
  ctx: ApiContext,
  { counting, mostBytes }: { counting: Counting; mostBytes: number },
): Decisions {
  const webhooks = cacheOpenWebhooks();
  const decide = <T>({ key }: Came, work: (known: Known<OpenWebhook>) => Promise<T>) =>
    decideOn(webhooks, { db: ctx.db, refs: [key] }, work);

  const admit = (came: Came, known: Known<OpenWebhook>, counted?: Counting): Arrival => {
    const arrival = arrivalOf(came, known, mostBytes);
    admitDelivery(arrival, counted);
    return arrival;
  };
  const receiveBy = async (known: Known<OpenWebhook>, delivered: Delivered): Promise<Received> => {
    const { rawBody, sight } = delivered;
    let { arrival } = delivered;
    if (known.epoch !== arrival.epoch) {
      sight.verified = null;
      arrival = admit(arrival, known);
      sight.verified = isProven(arrival);
    }
    const received = await receiveDelivery(ctx, arrival, rawBody);
    // What becomes an event is committed only in the epoch it was decided in; of a handshake nothing is committed.
    if (received.handshake !== undefined && (await webhooks.read(ctx.db, [])).epoch !== known.epoch) {
      throw new StaleDefinitionsError('a definition has changed since the handshake was checked');
    }
    return received;
  };

  return {
    find: (came) => decide(came, async (known) => arrivalOf(came, known, mostBytes)),
    admit: (came) => decide(came, async (known) => admit(came, known, counting)),
    receive: (delivered) => decide(delivered.arrival, (known) => receiveBy(known, delivered)),
  };
}

export function cameOf(request: FastifyRequest, receivedAt: Date): Came {
  const { key = '' } = request.params as { key?: string };
  return {
    key,
    method: request.method,
    headers: request.headers,
    query: request.query as Record<string, unknown>,
    address: request.ip,
    receivedAt,
    startedAt: performance.now(),
  };
}

function arrivalOf(came: Came, known: Known<OpenWebhook>, mostBytes: number): Arrival {
  const webhook = openWebhookOf(known, came.key);
  const most = webhook.told?.settings.max_body_bytes ?? mostBytes;
  return { ...came, webhook, epoch: known.epoch, maxBytes: Math.min(most, mostBytes) };
}
