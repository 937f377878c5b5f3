import { cidrContains } from '../../cidr.js';
import { sha256 } from '../../sha256.js';
import { charge, limitedString } from '../frame.js';
import type { Frame } from '../frame.js';
import { jsonValue } from '../json-value.js';
import { asText } from '../text.js';
import { fn, functionError } from './expression-function.js';
import type { FunctionTable } from './expression-function.js';

/** Indentation multiplies the length by the depth. */
const MAX_INDENTED_LENGTH = 50_000;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** JSON, digests, base64 and addresses. */
export const encodingFunctions: FunctionTable = {
  to_json: fn(['any', 'integer?'], (frame, value, indent) => toJson(frame, value, indent)),
  from_json: fn(['string'], fromJson),
  /** SHA-256 in hexadecimal; of JSON when it is not a text. */
  hash: fn(['any'], (frame, value) => sha256(asText(value, frame))),
  b64encode: fn(['string'], (_frame, text) => Buffer.from(text, 'utf8').toString('base64')),
  b64decode: fn(['string'], (_frame, text) => decode(text)),
  cidr_contains: fn(['string', 'string'], (_frame, network, address) => contains(network, address)),
};

function toJson(frame: Frame, value: unknown, indent = 0): string {
  const json = jsonValue(value, frame);
  const compact = limitedString(JSON.stringify(json));
  if (indent < 1) return compact;
  if (compact.length > MAX_INDENTED_LENGTH) throw functionError('this is too long to be indented');
  return limitedString(JSON.stringify(json, null, Math.min(indent, 8)));
}

/** The parsed value is walked once, which bounds its depth before anything else recurses into it. */
function fromJson(frame: Frame, text: string): unknown {
  charge(frame, text.length >> 3);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw functionError('this text is not JSON');
  }
  return jsonValue(parsed, frame);
}

/** Both alphabets, with or without padding; the bytes must be UTF-8. */
function decode(text: string): string {
  const compact = text.replaceAll(/\s/g, '');
  if (!BASE64.test(compact)) throw functionError('this text is not base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    throw functionError('the decoded bytes are not a text in UTF-8');
  }
}

function contains(network: string, address: string): boolean {
  const result = cidrContains(network, address);
  if (result === undefined) throw functionError('needs a network such as 10.0.0.0/8 and an address');
  return result;
}
