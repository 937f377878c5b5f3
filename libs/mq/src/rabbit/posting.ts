import { isWork } from '../define-message.js';
import type { Outgoing } from '../define-message.js';
import { brokerName } from '../names.js';
import { routeOf } from '../topology.js';
import { encode } from '../wire.js';
import type { WireMessage } from '../wire.js';

/** One message with the place it goes to, in the broker's names; exchange '' is the queue named by the key. */
export interface Posting {
  readonly exchange: string;
  readonly routingKey: string;
  readonly wire: WireMessage;
  /** Must reach a queue and survive a restart of the broker. */
  readonly durable: boolean;
}

export function postingOf(outgoing: Outgoing, prefix: string): Posting {
  const { exchange, routingKey } = routeOf(outgoing);
  return {
    exchange: brokerName(prefix, exchange),
    routingKey,
    wire: encode(outgoing),
    durable: isWork(outgoing.contract),
  };
}
