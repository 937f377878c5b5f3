import { ValidationError } from '@attune/domain';
import { parseJson } from '../http/parse-json.js';

const jsonType = /^application\/(?:[\w.+-]+\+)?json$/;
const textType = /^(?:text\/|application\/(?:xml|[\w.+-]+\+xml|yaml|x-yaml|javascript)$)/;

/**
 * The event's payload: JSON and forms parsed, anything else as `{body, content_type}`, bytes in base64 with
 * `encoding`. Throws ValidationError for JSON that is none.
 */
export function deliveryPayload(
  rawBody: Buffer,
  contentType: string | undefined,
  formField?: string,
): unknown {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (rawBody.length === 0) return {};
  if (jsonType.test(type)) return jsonPayload(rawBody.toString('utf8'));
  if (type === 'application/x-www-form-urlencoded') return formPayload(rawBody.toString('utf8'), formField);
  if (type === '' || textType.test(type)) return textPayload(rawBody, type);
  return { body: rawBody.toString('base64'), content_type: type, encoding: 'base64' };
}

/** `formField` holds JSON, of senders that send it so when they are set to forms. */
function formPayload(text: string, formField: string | undefined): unknown {
  const fields = new URLSearchParams(text);
  const embedded = formField === undefined ? null : fields.get(formField);
  if (embedded !== null) return jsonPayload(embedded);
  const payload: Record<string, string | string[]> = {};
  for (const name of new Set(fields.keys())) {
    const values = fields.getAll(name);
    payload[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return payload;
}

function textPayload(rawBody: Buffer, type: string): unknown {
  const text = rawBody.toString('utf8');
  if (!text.includes('\uFFFD')) return { body: text, content_type: type === '' ? null : type };
  return { body: rawBody.toString('base64'), content_type: type === '' ? null : type, encoding: 'base64' };
}

function jsonPayload(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'cannot be read';
    throw new ValidationError('the delivery is not valid JSON', {
      details: [{ path: '', message: reason }],
      cause: error,
    });
  }
}
