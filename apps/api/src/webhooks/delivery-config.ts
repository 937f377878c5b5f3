import type { Arrival } from './arrival.js';

const plainHeaders: readonly string[] = ['content-type', 'user-agent', 'x-request-id'];
/** How senders name the kind and number of a delivery: X-GitHub-Event, X-Gitlab-Event, X-Event-Key. */
const senderHeader = /^x-(?:[a-z0-9]+-)*(?:event|delivery|hook|webhook|topic|id)(?:-[a-z0-9]+)*$/;
const secretName = /token|secret|signature|auth|password|cookie|credential|api-?key/i;

type Circumstances = Pick<Arrival, 'method' | 'headers' | 'query' | 'address' | 'receivedAt'>;

/** How a delivery arrived, for `event.config`: never the key, signatures or anything named like a secret. */
export function deliveryConfig({ method, headers, query, address, receivedAt }: Circumstances) {
  return {
    method,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => isShown(name))),
    query: Object.fromEntries(Object.entries(query).filter(([name]) => !secretName.test(name))),
    source_ip: address,
    received_at: receivedAt.toISOString(),
  };
}

function isShown(name: string): boolean {
  return (plainHeaders.includes(name) || senderHeader.test(name)) && !secretName.test(name);
}
