import { ValidationError } from '@attune/domain';
import type { RawData } from 'ws';
import { clientMessage } from './client-message.js';
import type { ClientMessage } from './client-message.js';

/** Throws ValidationError that says what is wrong with the frame, and where. */
export function readFrame(data: RawData, isBinary: boolean): ClientMessage {
  if (isBinary) throw new ValidationError('messages are JSON in text frames');
  const parsed = clientMessage.safeParse(parseJson(textOf(data)));
  if (parsed.success) return parsed.data;
  throw new ValidationError('this is not a message the notifier knows', {
    details: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ValidationError('the message is not JSON', { cause: error });
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}
