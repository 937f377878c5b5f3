import { ValidationError } from '@attune/domain';
import { parseJson } from '../http/parse-json.js';
import type { WebhookSettings } from './webhook-settings.js';

const jsonType = /^application\/(?:[\w.+-]+\+)?json$/;
const textType = /^(?:text\/|application\/(?:xml|[\w.+-]+\+xml|yaml|x-yaml|javascript)$)/;

/**
 * The event's payload: JSON and forms parsed, anything else as `{body, content_type}`, bytes in base64 with
 * `encoding`. Throws ValidationError for JSON that is none.
 */
export function deliveryPayload(
  rawBody: Buffer,
  contentType: string | undefined,
  preset: WebhookSettings['preset'],
): unknown {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (rawBody.length === 0) return {};
  if (jsonType.test(type)) return jsonPayload(rawBody.toString('utf8'));
  if (type === 'application/x-www-form-urlencoded') return formPayload(rawBody.toString('utf8'), preset);
  if (type === '' || textType.test(type)) return textPayload(rawBody, type);
  return { body: rawBody.toString('base64'), content_type: type, encoding: 'base64' };
}

/** GitHub sends its JSON in the form field `payload` when a webhook is set to that content type. */
function formPayload(text: string, preset: WebhookSettings['preset']): unknown {
  const fields = new URLSearchParams(text);
  const embedded = preset === 'github' ? fields.get('payload') : null;
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
