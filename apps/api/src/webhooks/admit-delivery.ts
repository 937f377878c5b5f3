import { cidrContains, InvalidStateError, UnauthenticatedError } from '@attune/domain';
import type { WebhookRate, WebhookSettings } from '@attune/domain';
import { HttpError } from '../http/http-error.js';
import type { Arrival } from './arrival.js';
import type { TokenBuckets } from './token-bucket.js';

/** Rates of webhooks that have none of their own; undefined: none. */
export interface UsualRates {
  webhook: WebhookRate | undefined;
  source: WebhookRate | undefined;
}

/** What deliveries are counted by. */
export interface Counting {
  buckets: TokenBuckets;
  usual: UsualRates;
}

/**
 * Refuses what is refused whatever its body says. The cheap and the telling come first. Without `counting` it is a
 * delivery that was counted before.
 */
export function admitDelivery(arrival: Arrival, counting?: Counting): void {
  const { webhook, address, method } = arrival;
  const { trigger, told } = webhook;
  if (told === undefined) throw new UnauthenticatedError('the webhook is not configured');
  if (!trigger.enabled) throw new InvalidStateError(`the trigger ${trigger.ref} is disabled`);
  refuseAddress(told.settings, address);
  if (counting !== undefined) refuseRates(arrival, told.settings, counting);
  refuseMethod(told.settings, method);
}

/** What is no address is in no network: whatever a proxy makes of it, it is refused. */
function refuseAddress({ allowed_addresses }: WebhookSettings, address: string): void {
  if (allowed_addresses === undefined) return;
  if (allowed_addresses.some((network) => cidrContains(network, address) === true)) return;
  throw new HttpError('FORBIDDEN', `deliveries from the address ${address} are not allowed`);
}

function refuseRates(
  { webhook: { trigger }, address }: Arrival,
  settings: WebhookSettings,
  { buckets, usual }: Counting,
): void {
  const { source_rate_limit = usual.source, rate_limit = usual.webhook } = settings;
  refuseRate(buckets, `source:${trigger.id}:${address}`, source_rate_limit, 'from this address');
  refuseRate(buckets, `webhook:${trigger.id}`, rate_limit, 'to this webhook');
}

function refuseRate(buckets: TokenBuckets, name: string, rate: WebhookRate | undefined, which: string): void {
  const seconds = rate === undefined ? 0 : buckets.take(name, rate);
  if (rate === undefined || seconds === 0) return;
  const limit = `${rate.requests} in ${rate.window_seconds} s`;
  throw new HttpError('TOO_MANY_REQUESTS', `too many deliveries ${which}: at most ${limit}`, {
    headers: { 'retry-after': String(seconds) },
  });
}

function refuseMethod({ methods }: WebhookSettings, method: string): void {
  if ((methods as string[]).includes(method)) return;
  throw new HttpError('METHOD_NOT_ALLOWED', `this webhook takes ${methods.join(', ')}`, {
    headers: { allow: methods.join(', ') },
  });
}
