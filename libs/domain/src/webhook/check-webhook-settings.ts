import type { ErrorDetail } from '../errors.js';
import { ValidationError } from '../errors.js';
import { compileExpression } from '../expression/expression.js';
import { parseSignedTemplate } from './signed-template.js';
import type { WebhookSettings } from './webhook-settings.js';

const everythingNamed: readonly string[] = ['payload', 'headers', 'query', 'method', 'body_sha256'];
const whatIsSigned: readonly string[] = ['payload', 'body_sha256'];

type Hmac = Extract<WebhookSettings, { preset: 'hmac' }>;

/** What an expression that names a delivery may read: where a signed time keeps replays out, only what is signed. */
export function dedupeNamespaces(settings: WebhookSettings): readonly string[] {
  return isTimed(settings) ? whatIsSigned : everythingNamed;
}

/** What schemas of single fields cannot say. */
export function checkWebhookSettings(settings: WebhookSettings): ErrorDetail[] {
  return [...(settings.preset === 'hmac' ? checkTemplate(settings) : []), ...checkDedupe(settings)];
}

function checkTemplate({ signed, timestamp_header }: Hmac): ErrorDetail[] {
  const template = parseSignedTemplate(signed);
  if (template === undefined) {
    return [{ path: 'signed', message: 'knows {body}, {timestamp} and {header.X-Name}' }];
  }
  if (!template.hasBody) return [{ path: 'signed', message: 'must contain {body}, or any body would do' }];
  if (template.hasTimestamp === (timestamp_header !== undefined)) return [];
  return template.hasTimestamp
    ? [{ path: 'timestamp_header', message: 'must name the header of the {timestamp} that is signed' }]
    : [{ path: 'signed', message: 'must contain {timestamp}: a time that is not signed proves nothing' }];
}

function checkDedupe(settings: WebhookSettings): ErrorDetail[] {
  const { dedupe_header, dedupe_expression } = settings;
  if (dedupe_header !== undefined && dedupe_expression !== undefined) {
    return [{ path: 'dedupe_expression', message: 'not together with dedupe_header; clear one with null' }];
  }
  if (dedupe_expression !== undefined) return checkExpression(settings, dedupe_expression);
  return dedupe_header === undefined ? [] : checkHeader(settings, dedupe_header);
}

/** An id that is not signed could be changed by who replays a delivery, and would make it a new one. */
function checkHeader(settings: WebhookSettings, name: string): ErrorDetail[] {
  if (!isTimed(settings)) return [];
  const signed = settings.preset === 'hmac' ? parseSignedTemplate(settings.signed)?.headers : undefined;
  if (signed?.has(name.toLowerCase())) return [];
  const message =
    'must be signed where the time is, as {header.X-Name}; or name deliveries by their payload in dedupe_expression';
  return [{ path: 'dedupe_header', message }];
}

function checkExpression(settings: WebhookSettings, text: string): ErrorDetail[] {
  try {
    compileExpression(text, { namespaces: dedupeNamespaces(settings) });
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const [first] = error.details;
    const hint = first?.hint === undefined ? '' : `; ${first.hint}`;
    return [{ path: 'dedupe_expression', message: `${first?.message ?? error.message}${hint}` }];
  }
}

function isTimed(settings: WebhookSettings): boolean {
  switch (settings.preset) {
    case 'slack':
    case 'stripe':
      return true;
    case 'hmac':
      return settings.timestamp_header !== undefined;
    default:
      return false;
  }
}
