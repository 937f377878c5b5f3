import type { MessageContract } from '../define-message.js';
import { deadLetter } from '../verdict.js';
import type { Verdict } from '../verdict.js';
import type { Delivered } from '../wire.js';
import type { Middleware } from './middleware.js';

/** Sends what does not fit the contract to the dead letters; the handler sees the rest, parsed. */
export const validation: Middleware =
  (next, { contract }) =>
  async (batch) => {
    const checked = batch.map((delivered) => check(contract, delivered));
    const sound = checked.filter((result) => 'body' in result);
    const verdicts = sound.length === 0 ? [] : await next(sound);
    let handled = 0;
    return checked.map((result) => ('body' in result ? verdicts[handled++]! : result));
  };

function check(contract: MessageContract<unknown>, delivered: Delivered): Delivered | Verdict {
  const { defect, envelope, body } = delivered;
  if (defect !== undefined) return deadLetter(defect);
  if (envelope.type !== contract.type) return deadLetter(`unknown type '${envelope.type}' in this queue`);
  if (envelope.version !== contract.version) {
    return deadLetter(`unknown version ${envelope.version} of ${contract.type}`);
  }
  const parsed = contract.schema.safeParse(body);
  if (parsed.success) return { ...delivered, body: parsed.data };
  const issues = parsed.error.issues.map(({ path, message }) => `${['body', ...path].join('.')}: ${message}`);
  return deadLetter(`invalid body: ${issues.join('; ')}`);
}
