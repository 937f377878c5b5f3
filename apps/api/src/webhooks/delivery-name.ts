import { createHash } from 'node:crypto';
import { compileExpression, dedupeNamespaces, evaluateExpression } from '@attune/domain';
import type { WebhookSettings } from '@attune/domain';
import type { Arrival } from './arrival.js';
import type { Preset } from './presets.js';
import { fieldOf } from './presets.js';

const longestName = 400;

export interface Content {
  payload: unknown;
  rawBody: Buffer;
  /** Of the verdict: set for signatures that cover a time. */
  replay: string | undefined;
}

/**
 * The de-duplication key of a delivery: what the settings name it by, else what its sender does, else the signature
 * where that covers a time, because then only a replay has the same one. Undefined: nothing tells two deliveries with
 * equal bodies from one that was sent twice, and both are events.
 */
export function deliveryName(
  { settings, preset }: { settings: WebhookSettings; preset: Preset },
  arrival: Pick<Arrival, 'headers' | 'query' | 'method'>,
  content: Content,
): string | undefined {
  const name = textOf(given(settings, arrival, content) ?? usual(preset, arrival, content));
  if (name !== undefined) return `delivery:${name}`;
  return content.replay === undefined ? undefined : `signature:${content.replay}`;
}

function given(
  settings: WebhookSettings,
  { headers, query, method }: Pick<Arrival, 'headers' | 'query' | 'method'>,
  { payload, rawBody }: Content,
): unknown {
  const { dedupe_header, dedupe_expression } = settings;
  if (dedupe_header !== undefined) return headers[dedupe_header.toLowerCase()];
  if (dedupe_expression === undefined) return undefined;
  const compiled = compileExpression(dedupe_expression, { namespaces: dedupeNamespaces(settings) });
  const body_sha256 = createHash('sha256').update(rawBody).digest('hex');
  return evaluateExpression(compiled, { payload, headers, query, method, body_sha256 });
}

function usual({ namedBy }: Preset, { headers }: Pick<Arrival, 'headers'>, { payload }: Content): unknown {
  if (namedBy === undefined) return undefined;
  if ('field' in namedBy) return fieldOf(payload, namedBy.field);
  const name = namedBy.headers.find((header) => typeof headers[header] === 'string');
  return name === undefined ? undefined : headers[name];
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= longestName ? text : createHash('sha256').update(text).digest('hex');
}
