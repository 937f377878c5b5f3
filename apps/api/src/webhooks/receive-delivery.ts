import { insertDeliveredEvents } from '@attune/db';
import { AttuneError, UnauthenticatedError, ValidationError } from '@attune/domain';
import { gather, recordEvents } from '@attune/intake';
import type { IncomingEvent, RecordedEvent } from '@attune/intake';
import type { ApiContext } from '../context.js';
import { HttpError } from '../http/http-error.js';
import type { Arrival } from './arrival.js';
import { deliveryConfig } from './delivery-config.js';
import { arrivalColumns } from './delivery-log.js';
import { deliveryName } from './delivery-name.js';
import { deliveryPayload } from './delivery-payload.js';
import { secretsOf } from './open-webhook.js';
import type { Handshake } from './presets.js';
import type { Verdict } from './signature.js';
import { verifyDelivery } from './verify-delivery.js';

/** Deliveries that come one by one at a high rate are inserted together. */
const insertTogether = gather(insertDeliveredEvents, { maxItems: 1_000, lanes: 2 });

/** The sender has not proved where it comes from. */
export class UnverifiedError extends UnauthenticatedError {}

export type Received =
  { event: RecordedEvent; handshake?: undefined } | { handshake: Handshake; event?: undefined };

/**
 * Verifies a delivery by its bytes and records its event; both the event and the log of the delivery are committed
 * when it returns. StaleDefinitionsError when the webhook may be another one by now. A handshake is verified too, and
 * is no event; the webhook it is for is not looked at again.
 */
export async function receiveDelivery(ctx: ApiContext, arrival: Arrival, rawBody: Buffer): Promise<Received> {
  const { webhook, headers } = arrival;
  const { told, trigger } = webhook;
  if (told === undefined) throw new UnverifiedError('the webhook is not configured');
  const { proof, handshake, formField } = told.preset;
  const secrets = proof.by === 'nothing' ? [] : secretsOf(ctx.secrets, webhook);
  const { replay } = proven(verifyDelivery(proof, secrets, { ...arrival, rawBody }));
  const payload = deliveryPayload(rawBody, headers['content-type'], formField);
  const hello = handshake?.(headers, payload);
  if (hello !== undefined) return { handshake: hello };
  const dedupeKey = deliveryName(told, arrival, { payload, rawBody, replay });
  const config = deliveryConfig(arrival);
  const event = { trigger: trigger.ref, payload, config, ...(dedupeKey === undefined ? {} : { dedupeKey }) };
  return { event: await record(ctx, arrival, { event, bytes: rawBody.length }) };
}

/** What the log says of a delivery that was let through: nothing proves those of the preset `none`. */
export function isProven({ webhook }: Arrival): true | null {
  return webhook.told?.preset.proof.by === 'nothing' ? null : true;
}

/** Why a delivery was refused, for its log. What nobody raised on purpose may hold anything. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof AttuneError || error instanceof HttpError)) return 'the server failed';
  const [detail] = error.details;
  const where = detail === undefined || detail.path === '' ? '' : `${detail.path}: `;
  return detail === undefined ? error.message : `${error.message}: ${where}${detail.message}`;
}

function proven(verdict: Verdict): { replay: string | undefined } {
  if (verdict.fault !== undefined) throw new UnverifiedError(`the delivery is refused: ${verdict.fault}`);
  return { replay: verdict.replay };
}

async function record(
  ctx: ApiContext,
  arrival: Arrival,
  { event, bytes }: { event: IncomingEvent; bytes: number },
): Promise<RecordedEvent> {
  const { trigger } = arrival.webhook;
  const verified = isProven(arrival);
  const [recorded] = await recordEvents(ctx, [event], {
    triggers: { epoch: arrival.epoch, byRef: new Map([[trigger.ref, trigger]]) },
    insert: (db, rows) =>
      insertTogether(
        db,
        rows.map((event) => ({
          event,
          delivery: { ...arrivalColumns(arrival, bytes), status_code: 202, verified },
        })),
      ),
  }).catch(refusePayload);
  if (recorded === undefined) throw new Error(`no event of ${trigger.ref} was recorded`);
  return recorded;
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
