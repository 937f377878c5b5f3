import { createHash } from 'node:crypto';
import { findTriggerByWebhookKey, insertWebhookDelivery, secretPlaces } from '@attune/db';
import type { TriggerRow } from '@attune/db';
import { AttuneError, InvalidStateError, UnauthenticatedError, ValidationError } from '@attune/domain';
import { recordEvents } from '@attune/intake';
import type { IncomingEvent } from '@attune/intake';
import type { FastifyRequest } from 'fastify';
import type { ApiContext } from '../context.js';
import { errorAnswer } from '../http/error-answer.js';
import { HttpError } from '../http/http-error.js';
import { deliveryConfig } from './delivery-config.js';
import type { Arrival } from './delivery-config.js';
import { deliveryPayload } from './delivery-payload.js';
import { verifyDelivery } from './verify-delivery.js';
import { webhookSettingsOf } from './webhook-settings.js';
import type { WebhookSettings } from './webhook-settings.js';

const longestDedupeValue = 400;

export interface RawDelivery extends Arrival {
  key: string;
  rawBody: Buffer;
}

export interface AcceptedDelivery {
  /** Null for a handshake, such as GitHub's ping. */
  event_id: number | null;
  trigger_ref: string;
  duplicate: boolean;
  received_at: string;
}

/**
 * Checks a delivery in this order: known key, method, proof of the sender, trigger enabled, body; then records
 * its event. The answer follows the commit. Whatever becomes of a delivery with a known key is logged.
 */
export async function receiveDelivery(ctx: ApiContext, delivery: RawDelivery): Promise<AcceptedDelivery> {
  const startedAt = performance.now();
  const trigger = await findTriggerByWebhookKey(ctx.db, delivery.key);
  if (trigger === undefined) throw new HttpError('NOT_FOUND', 'no webhook has this address');
  const log = (outcome: Outcome) => logDelivery(ctx, trigger, delivery, { ...outcome, startedAt });
  try {
    const accepted = await accept(ctx, trigger, delivery);
    await log({ status: 202, eventId: accepted.event_id, duplicate: accepted.duplicate, verified: true });
    return accepted;
  } catch (error) {
    const verified = !(error instanceof UnauthenticatedError || error instanceof HttpError);
    await log({ status: errorAnswer(error).status, reason: reasonOf(error), verified });
    throw error;
  }
}

/** A body that is refused for its size never reaches the handler: this leaves its trace. */
export async function logOversizedDelivery(
  ctx: ApiContext,
  request: Pick<FastifyRequest, 'params' | 'query' | 'method' | 'headers' | 'ip'>,
): Promise<void> {
  const { key } = request.params as { key: string };
  const delivery: RawDelivery = {
    key,
    method: request.method,
    headers: request.headers,
    query: request.query as Record<string, unknown>,
    rawBody: Buffer.alloc(0),
    address: request.ip,
    receivedAt: ctx.auth.settings.clock.now(),
  };
  const trigger = await findTriggerByWebhookKey(ctx.db, delivery.key);
  if (trigger === undefined) return;
  const outcome = { status: 413, reason: 'the body is too large', verified: false };
  await logDelivery(ctx, trigger, delivery, { ...outcome, startedAt: performance.now() });
}

interface Outcome {
  status: number;
  verified: boolean;
  reason?: string;
  eventId?: number | null;
  duplicate?: boolean;
}

async function accept(
  ctx: ApiContext,
  trigger: TriggerRow,
  delivery: RawDelivery,
): Promise<AcceptedDelivery> {
  const settings = webhookSettingsOf(trigger);
  if (settings === undefined) throw new UnauthenticatedError('the webhook is not configured');
  refuseMethod(settings, delivery.method);
  const fault = verifyDelivery(settings, secretOf(ctx, trigger), delivery);
  if (fault !== undefined) throw new UnauthenticatedError(`the delivery is refused: ${fault}`);
  if (!trigger.enabled) throw new InvalidStateError(`the trigger ${trigger.ref} is disabled`);
  const answer = { trigger_ref: trigger.ref, received_at: delivery.receivedAt.toISOString() };
  if (isHandshake(settings, delivery)) return { ...answer, event_id: null, duplicate: false };
  const [event] = await recordEvents(ctx, [eventOf(trigger, settings, delivery)]).catch(refusePayload);
  if (event === undefined) throw new Error(`no event of ${trigger.ref} was recorded`);
  return { ...answer, event_id: event.id, duplicate: event.duplicate };
}

function refuseMethod({ methods }: WebhookSettings, method: string): void {
  if ((methods as string[]).includes(method)) return;
  throw new HttpError('METHOD_NOT_ALLOWED', `this webhook takes ${methods.join(', ')}`, {
    headers: { allow: methods.join(', ') },
  });
}

function secretOf(ctx: ApiContext, { id, webhook_secret_sealed: sealed }: TriggerRow): string | undefined {
  return sealed === null ? undefined : ctx.secrets.open(sealed, secretPlaces.webhookSecret(id));
}

function isHandshake({ preset }: WebhookSettings, { headers }: RawDelivery): boolean {
  return preset === 'github' && headers['x-github-event'] === 'ping';
}

function eventOf(trigger: TriggerRow, settings: WebhookSettings, delivery: RawDelivery): IncomingEvent {
  const payload = deliveryPayload(delivery.rawBody, delivery.headers['content-type'], settings.preset);
  const dedupeKey = dedupeKeyOf(settings, delivery);
  return {
    trigger: trigger.ref,
    payload,
    config: deliveryConfig(delivery),
    ...(dedupeKey === undefined ? {} : { dedupeKey }),
  };
}

function dedupeKeyOf(settings: WebhookSettings, { headers }: RawDelivery): string | undefined {
  const header = settings.dedupe_header ?? (settings.preset === 'github' ? 'X-GitHub-Delivery' : undefined);
  const value = header === undefined ? undefined : headers[header.toLowerCase()];
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length <= longestDedupeValue) return `delivery:${value}`;
  return `delivery:${createHash('sha256').update(value).digest('hex')}`;
}

/** Intake speaks of a list of events; a sender sent one body. */
function refusePayload(error: unknown): never {
  if (!(error instanceof ValidationError)) throw error;
  const details = error.details.map((detail) => ({
    ...detail,
    path: detail.path.replace(/^events\[0\]\.?(?:payload\.?)?/, ''),
  }));
  throw new ValidationError('the delivery does not fit the schema of the trigger', { details, cause: error });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof AttuneError || error instanceof HttpError)) return 'the server failed';
  const [detail] = error.details;
  const where = detail === undefined || detail.path === '' ? '' : `${detail.path}: `;
  return detail === undefined ? error.message : `${error.message}: ${where}${detail.message}`;
}

async function logDelivery(
  ctx: ApiContext,
  trigger: TriggerRow,
  delivery: RawDelivery,
  outcome: Outcome & { startedAt: number },
): Promise<void> {
  await insertWebhookDelivery(ctx.db, {
    trigger: trigger.id,
    event: outcome.eventId ?? null,
    status_code: outcome.status,
    verified: outcome.verified,
    duplicate: outcome.duplicate ?? false,
    source_ip: delivery.address,
    user_agent: delivery.headers['user-agent']?.slice(0, 512) ?? null,
    headers: deliveryConfig(delivery).headers,
    payload_size_bytes: delivery.rawBody.length,
    processing_time_ms: Math.round(performance.now() - outcome.startedAt),
    error: outcome.reason ?? null,
  }).catch((error: unknown) => {
    ctx.log.warn(
      { event: 'webhook.log_failed', err: error, trigger: trigger.ref },
      'delivery was not logged',
    );
  });
}
