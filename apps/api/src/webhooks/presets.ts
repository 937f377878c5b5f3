import { parseSignedTemplate } from '@attune/domain';
import type { SignedTemplate, WebhookPreset, WebhookSettings } from '@attune/domain';
import type { IncomingHttpHeaders } from 'node:http';
import { ForeignAnswer } from '../http/call.js';
import type { SignatureScheme } from './signature.js';

/** A secret that is sent as it is, as a header or in its Authorization. */
export interface TokenScheme {
  header: string;
  /** Of the Authorization header. */
  scheme?: 'Bearer' | 'Basic';
  /** What the header has to hold. */
  expected: (secret: string) => string;
  /** As the log calls it. */
  name: string;
}

export type Proof =
  { by: 'signature'; scheme: SignatureScheme } | { by: 'token'; scheme: TokenScheme } | { by: 'nothing' };

/** A delivery that only tries the address: it is answered and becomes no event. */
export interface Handshake {
  /** In the form its sender wants; absent: like any delivery. */
  answer?: ForeignAnswer;
}

/** Everything in which senders differ. What is not said here is the same for all of them. */
export interface Preset {
  proof: Proof;
  /** Where its sender says which delivery it is, unless the settings say otherwise: headers, or a field of the payload. */
  namedBy?: { headers: readonly string[] } | { field: readonly string[] };
  handshake?: (headers: IncomingHttpHeaders, payload: unknown) => Handshake | undefined;
  /** Sends its JSON in this field when it sends forms. */
  formField?: string;
}

type SettingsOf<P extends WebhookPreset> =
  Extract<WebhookSettings, { preset: P }> | (WebhookSettings & { preset: P });

const body = templateOf('{body}');
const bearer: Proof = {
  by: 'token',
  scheme: { header: 'authorization', scheme: 'Bearer', expected: (secret) => secret, name: 'bearer token' },
};

const presets: { readonly [P in WebhookPreset]: (settings: SettingsOf<P>) => Preset } = {
  /** https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
  github: () => ({
    proof: signature({ header: 'x-hub-signature-256', prefix: 'sha256=' }),
    namedBy: { headers: ['x-github-delivery'] },
    handshake: (headers) => (headers['x-github-event'] === 'ping' ? {} : undefined),
    formField: 'payload',
  }),
  /** https://docs.gitlab.com/user/project/integrations/webhooks: the UUID is shared by webhooks that set off others. */
  gitlab: () => ({
    proof: {
      by: 'token',
      scheme: { header: 'x-gitlab-token', expected: (secret) => secret, name: 'token' },
    },
    namedBy: { headers: ['idempotency-key', 'x-gitlab-event-uuid'] },
  }),
  /** https://docs.slack.dev/authentication/verifying-requests-from-slack */
  slack: ({ tolerance_seconds: toleranceSeconds }) => ({
    proof: signature({
      header: 'x-slack-signature',
      prefix: 'v0=',
      signed: templateOf('v0:{timestamp}:{body}'),
      timestamp: { in: 'header', name: 'x-slack-request-timestamp', toleranceSeconds },
    }),
    namedBy: { field: ['event_id'] },
    handshake: (_headers, payload) => slackChallenge(payload),
    formField: 'payload',
  }),
  /** https://docs.stripe.com/webhooks#verify-manually */
  stripe: ({ tolerance_seconds: toleranceSeconds }) => ({
    proof: signature({
      header: 'stripe-signature',
      prefix: 'v1=',
      separator: ',',
      signed: templateOf('{timestamp}.{body}'),
      timestamp: { in: 'element', name: 't', toleranceSeconds },
    }),
    namedBy: { field: ['id'] },
  }),
  /** https://developer.pagerduty.com/docs/verifying-webhook-signatures */
  pagerduty: () => ({
    proof: signature({ header: 'x-pagerduty-signature', prefix: 'v1=', separator: ',' }),
    namedBy: { field: ['event', 'id'] },
    handshake: (_headers, payload) =>
      fieldOf(payload, ['event', 'event_type']) === 'pagey.ping' ? {} : undefined,
  }),
  /** https://prometheus.io/docs/alerting/latest/configuration/#http_config; a notification is repeated as it was. */
  alertmanager: () => ({ proof: bearer }),
  /** https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier */
  grafana: () => ({ proof: bearer }),
  bearer: () => ({ proof: bearer }),
  basic: ({ username }) => ({
    proof: {
      by: 'token',
      scheme: {
        header: 'authorization',
        scheme: 'Basic',
        expected: (password) => Buffer.from(`${username}:${password}`).toString('base64'),
        name: 'user name or password',
      },
    },
  }),
  hmac: ({
    header,
    algorithm,
    encoding,
    prefix,
    separator,
    signed,
    timestamp_header,
    tolerance_seconds,
  }) => ({
    proof: signature({
      header: header.toLowerCase(),
      algorithm,
      encoding,
      prefix,
      separator,
      signed: templateOf(signed),
      timestamp:
        timestamp_header === undefined
          ? undefined
          : { in: 'header', name: timestamp_header.toLowerCase(), toleranceSeconds: tolerance_seconds },
    }),
  }),
  none: () => ({ proof: { by: 'nothing' } }),
};

export function presetOf(settings: WebhookSettings): Preset {
  return (presets[settings.preset] as (settings: WebhookSettings) => Preset)(settings);
}

export function fieldOf(payload: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isObject ? (value as Record<string, unknown>)[name] : undefined;
  }, payload);
}

function signature(scheme: Partial<SignatureScheme> & Pick<SignatureScheme, 'header' | 'prefix'>): Proof {
  return { by: 'signature', scheme: { algorithm: 'sha256', encoding: 'hex', signed: body, ...scheme } };
}

function templateOf(text: string): SignedTemplate {
  const template = parseSignedTemplate(text);
  if (template === undefined) throw new Error(`${text} is no template of what is signed`);
  return template;
}

/** https://docs.slack.dev/reference/events/url_verification */
function slackChallenge(payload: unknown): Handshake | undefined {
  const challenge = fieldOf(payload, ['challenge']);
  if (fieldOf(payload, ['type']) !== 'url_verification' || typeof challenge !== 'string') return undefined;
  return { answer: new ForeignAnswer('application/json; charset=utf-8', JSON.stringify({ challenge })) };
}
