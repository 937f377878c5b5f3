import type { FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.js';
import type { ApiContext } from '../context.js';
import { errorAnswer } from '../http/error-answer.js';
import { AnswerWith } from '../http/call.js';
import type { ForeignAnswer } from '../http/call.js';
import type { UsualRates } from './admit-delivery.js';
import type { Arrival } from './arrival.js';
import { awaitExecutions } from './await-executions.js';
import { cameOf, openDecisions } from './decide-delivery.js';
import type { Sight } from './decide-delivery.js';
import { openDeliveryLog } from './delivery-log.js';
import type { DeliveryLog } from './delivery-log.js';
import { isProven, reasonOf, UnverifiedError } from './receive-delivery.js';
import { createTokenBuckets } from './token-bucket.js';

const usualWaitSeconds = 10;
/** Of the time limit of a request: the rest is for everything else. */
const shareOfTimeout = 0.8;

interface AcceptedDelivery {
  /** Null for a handshake, such as GitHub's ping. */
  event_id: number | null;
  trigger_ref: string;
  duplicate: boolean;
  received_at: string;
}

export interface Receiver {
  /** Before the body is read: whose webhook it is for, or why it is refused. */
  arrive(request: FastifyRequest): Promise<Arrival>;
  /** Told of a body that is too large and was not read. */
  refuseOversized(arrival: Arrival): Promise<void>;
  receive(arrival: Arrival, rawBody: Buffer, signal: () => AbortSignal): Promise<ReceivedAnswer>;
}

export type ReceivedAnswer = AcceptedDelivery | ForeignAnswer | AnswerWith<AcceptedDelivery>;

/**
 * The door of all webhooks. Checks a delivery in this order: known key, settings, enabled trigger, address, rates,
 * method, size, proof of the sender, body. Whatever becomes of a delivery with a known key is logged.
 */
export function openReceiver(ctx: ApiContext, { api }: Pick<ApiConfig, 'api'>): Receiver {
  const { clock } = ctx.auth.settings;
  const buckets = createTokenBuckets(clock);
  const log = openDeliveryLog(ctx, buckets);
  const usual: UsualRates = {
    webhook: perMinute(api.webhook_rate_per_minute),
    source: perMinute(api.webhook_source_rate_per_minute),
  };
  const decisions = openDecisions(ctx, {
    counting: { buckets, usual },
    mostBytes: api.webhook_body_limit_bytes,
  });
  const longestWaitMs = api.request_timeout_ms * shareOfTimeout;

  return {
    arrive: async (request) => {
      const came = cameOf(request, clock.now());
      const found = await decisions.find(came);
      return logged(log, found, { verified: null, bytes: 0 }, () => decisions.admit(came));
    },
    refuseOversized: (arrival) =>
      log.write(arrival, { status: 413, verified: null, reason: 'the body is too large' }),
    receive: async (arrival, rawBody, signal) => {
      const sight: Sight = { verified: isProven(arrival), bytes: rawBody.length };
      const received = await logged(log, arrival, sight, () =>
        decisions.receive({ arrival, rawBody, sight }),
      );
      const { event, handshake } = received;
      if (event !== undefined) {
        const answer = answerOf(arrival, event);
        return waitsFor(arrival)
          ? withResults(ctx, answer, within(arrival, longestWaitMs, signal()))
          : answer;
      }
      await log.write(arrival, { ...sight, status: handshake.answer === undefined ? 202 : 200 });
      return handshake.answer ?? answerOf(arrival, { id: null, duplicate: false });
    },
  };
}

/** The outcome of the work; what it throws is written down first. */
async function logged<T>(
  log: DeliveryLog,
  arrival: Arrival,
  sight: Sight,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = reasonOf(error);
    const verified = error instanceof UnverifiedError ? false : sight.verified;
    await log.write(arrival, { status: errorAnswer(error).status, verified, reason, bytes: sight.bytes });
    throw error;
  }
}

function answerOf(
  { webhook, receivedAt }: Arrival,
  { id, duplicate }: { id: number | null; duplicate: boolean },
): AcceptedDelivery {
  return {
    event_id: id,
    trigger_ref: webhook.trigger.ref,
    duplicate,
    received_at: receivedAt.toISOString(),
  };
}

function waitsFor({ webhook }: Arrival): boolean {
  return webhook.told?.settings.respond === 'wait';
}

function within({ webhook }: Arrival, longestMs: number, signal: AbortSignal): AbortSignal {
  const seconds = webhook.told?.settings.respond_timeout_seconds ?? usualWaitSeconds;
  return AbortSignal.any([signal, AbortSignal.timeout(Math.min(seconds * 1000, longestMs))]);
}

/** The event is kept: whatever goes wrong from here on, the answer is that it was accepted. */
async function withResults(
  ctx: ApiContext,
  answer: AcceptedDelivery,
  signal: AbortSignal,
): Promise<ReceivedAnswer> {
  const rows = await awaitExecutions(ctx, answer.event_id ?? 0, signal).catch((error: unknown) => {
    ctx.log.warn({ event: 'webhook.wait_failed', err: error, event_id: answer.event_id }, 'answered at once');
    return undefined;
  });
  if (rows === undefined) return answer;
  const executions = rows.map(({ id, action_ref, status, result }) => ({ id, action_ref, status, result }));
  return new AnswerWith(200, { ...answer, executions });
}

function perMinute(requests: number) {
  return requests === 0 ? undefined : { requests, window_seconds: 60 };
}
