import { execFileSync } from 'node:child_process';

/** A delivery as its vendor documents it. */
export interface Vendor {
  /** What the webhook is told, beside the secret. */
  verification: Record<string, unknown> & { preset: string };
  /** Options, where the vendor does not name its deliveries. */
  options?: Record<string, unknown>;
  payload: unknown;
  /** Headers that prove it. */
  prove: (body: Buffer, secret: string, at: Date) => Record<string, string>;
  /** Other headers. */
  headers?: Record<string, string>;
  /** Without it nothing is proved. */
  proof: string;
  /** The proof covers the body. */
  signs: boolean;
  /** The proof covers a time. */
  timed?: boolean;
}

const macs = new Map<string, Buffer>();

/** By another implementation than ours. */
export function opensslMac(
  text: Buffer | string,
  secret: string,
  { algorithm = 'sha256', encoding = 'hex' }: { algorithm?: string; encoding?: BufferEncoding } = {},
): string {
  const args = ['dgst', `-${algorithm}`, '-hmac', secret, '-binary'];
  const asked = [...args, text.toString('base64')].join(' ');
  const mac = macs.get(asked) ?? execFileSync('openssl', args, { input: text });
  macs.set(asked, mac);
  return mac.toString(encoding);
}

/** Of several signatures one is by another secret, as while the vendor exchanges it. */
const strangeMac = 'c0ffee'.repeat(10).padEnd(64, '0');

export const vendors: Record<string, Vendor> = {
  github: {
    verification: { preset: 'github' },
    payload: { action: 'opened', number: 12, repository: { id: 7, full_name: 'acme/rocket' } },
    prove: (body, secret) => ({ 'x-hub-signature-256': `sha256=${opensslMac(body, secret)}` }),
    headers: {
      'x-github-event': 'pull_request',
      'x-github-delivery': '6f1cbb00-5ba1-11ef-8000-8a4dd3ac2f1b',
      'x-github-hook-id': '471',
    },
    proof: 'x-hub-signature-256',
    signs: true,
  },
  gitlab: {
    verification: { preset: 'gitlab' },
    payload: {
      object_kind: 'push',
      ref: 'refs/heads/main',
      project: { id: 15, name: 'Rocket' },
      commits: [],
    },
    prove: (_body, secret) => ({ 'x-gitlab-token': secret }),
    headers: {
      'x-gitlab-event': 'Push Hook',
      'x-gitlab-event-uuid': '13792a34-cac6-4fda-95a8-c58e00a3954e',
      'x-gitlab-instance': 'https://gitlab.acme.example',
    },
    proof: 'x-gitlab-token',
    signs: false,
  },
  slack: {
    verification: { preset: 'slack' },
    payload: {
      token: 'not-used-any-more',
      team_id: 'T0LAUNCH',
      api_app_id: 'A0ROCKET',
      type: 'event_callback',
      event: {
        type: 'app_mention',
        user: 'U0ADA',
        text: 'is it up?',
        ts: '1732530000.000200',
        channel: 'C0OPS',
      },
      event_id: 'Ev0LAUNCH1',
      event_time: 1_732_530_000,
    },
    prove: (body, secret, at) => {
      const time = seconds(at);
      return {
        'x-slack-request-timestamp': time,
        'x-slack-signature': `v0=${opensslMac(Buffer.concat([Buffer.from(`v0:${time}:`), body]), secret)}`,
      };
    },
    proof: 'x-slack-signature',
    signs: true,
    timed: true,
  },
  stripe: {
    verification: { preset: 'stripe' },
    payload: {
      id: 'evt_1LaunchPaid',
      object: 'event',
      type: 'invoice.paid',
      created: 1_732_530_000,
      livemode: false,
      data: { object: { id: 'in_1Launch', object: 'invoice', amount_paid: 4200, currency: 'eur' } },
    },
    prove: (body, secret, at) => {
      const mac = opensslMac(Buffer.concat([Buffer.from(`${seconds(at)}.`), body]), secret);
      return { 'stripe-signature': `t=${seconds(at)},v1=${strangeMac},v1=${mac},v0=${strangeMac}` };
    },
    proof: 'stripe-signature',
    signs: true,
    timed: true,
  },
  pagerduty: {
    verification: { preset: 'pagerduty' },
    payload: {
      event: {
        id: '01LAUNCHEVENT',
        event_type: 'incident.triggered',
        resource_type: 'incident',
        occurred_at: '2026-11-25T10:00:00.000Z',
        data: { id: 'PLAUNCH', type: 'incident', status: 'triggered', title: 'Fuel is low' },
      },
    },
    prove: (body, secret) => ({ 'x-pagerduty-signature': `v1=${strangeMac},v1=${opensslMac(body, secret)}` }),
    headers: { 'x-webhook-id': '3f8c2d7e-launch' },
    proof: 'x-pagerduty-signature',
    signs: true,
  },
  alertmanager: {
    verification: { preset: 'alertmanager' },
    options: { dedupe_expression: 'body_sha256' },
    payload: {
      version: '4',
      groupKey: '{}:{alertname="FuelLow"}',
      status: 'firing',
      receiver: 'attune',
      groupLabels: { alertname: 'FuelLow' },
      alerts: [{ status: 'firing', labels: { alertname: 'FuelLow' }, startsAt: '2026-11-25T10:00:00Z' }],
    },
    prove: (_body, secret) => ({ authorization: `Bearer ${secret}` }),
    proof: 'authorization',
    signs: false,
  },
  grafana: {
    verification: { preset: 'grafana' },
    options: { dedupe_expression: 'payload.groupKey + payload.status + payload.alerts[0].startsAt' },
    payload: {
      receiver: 'attune',
      status: 'firing',
      orgId: 1,
      groupKey: '{}/{}:{alertname="FuelLow"}',
      title: '[FIRING:1] FuelLow',
      alerts: [{ status: 'firing', fingerprint: 'c6eadffa33fcdf37', startsAt: '2026-11-25T10:00:00Z' }],
    },
    prove: (_body, secret) => ({ authorization: `Bearer ${secret}` }),
    proof: 'authorization',
    signs: false,
  },
  'hmac with a time, in base64': {
    verification: {
      preset: 'hmac',
      header: 'X-Rocket-Signature',
      algorithm: 'sha512',
      encoding: 'base64',
      prefix: 'sig ',
      signed: '{header.X-Rocket-Id}|{timestamp}|{body}',
      timestamp_header: 'X-Rocket-Time',
      tolerance_seconds: 60,
    },
    payload: { stage: 2 },
    prove: (body, secret, at) => {
      const time = String(at.getTime());
      const signed = Buffer.concat([Buffer.from(`r-1|${time}|`), body]);
      const mac = opensslMac(signed, secret, { algorithm: 'sha512', encoding: 'base64' });
      return { 'x-rocket-time': time, 'x-rocket-signature': `sig ${mac}` };
    },
    headers: { 'x-rocket-id': 'r-1' },
    proof: 'x-rocket-signature',
    signs: true,
    timed: true,
  },
  'hmac over the body, in base64url': {
    verification: { preset: 'hmac', header: 'X-Signature', algorithm: 'sha1', encoding: 'base64url' },
    options: { dedupe_header: 'X-Number' },
    payload: { stage: 3 },
    prove: (body, secret) => ({
      'x-signature': opensslMac(body, secret, { algorithm: 'sha1', encoding: 'base64url' }),
    }),
    headers: { 'x-number': '17' },
    proof: 'x-signature',
    signs: true,
  },
  basic: {
    verification: { preset: 'basic', username: 'rocket' },
    options: { dedupe_header: 'X-Number' },
    payload: { stage: 4 },
    prove: (_body, secret) => ({
      authorization: `Basic ${Buffer.from(`rocket:${secret}`).toString('base64')}`,
    }),
    headers: { 'x-number': '18' },
    proof: 'authorization',
    signs: false,
  },
  bearer: {
    verification: { preset: 'bearer' },
    options: { dedupe_header: 'X-Number' },
    payload: { stage: 5 },
    prove: (_body, secret) => ({ authorization: `Bearer ${secret}` }),
    headers: { 'x-number': '19' },
    proof: 'authorization',
    signs: false,
  },
};

function seconds(at: Date): string {
  return String(Math.floor(at.getTime() / 1000));
}
