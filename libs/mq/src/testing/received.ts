import { randomUUID } from 'node:crypto';
import type { MessageContract } from '../define-message.js';
import type { Envelope, Received } from '../envelope.js';

export interface ReceivedOverrides {
  attempt?: number;
  envelope?: Partial<Envelope>;
}

/** A delivery as a handler sees it. */
export function received<B>(
  contract: MessageContract<B>,
  body: B,
  { attempt = 1, envelope = {} }: ReceivedOverrides = {},
): Received<B> {
  const messageId = randomUUID();
  return {
    body: contract.schema.parse(body),
    attempt,
    envelope: {
      messageId,
      correlationId: messageId,
      type: contract.type,
      version: contract.version,
      timestamp: new Date(),
      ...envelope,
    },
  };
}
