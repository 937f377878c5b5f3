import { parseSignedTemplate } from './signed-template.js';
import { webhookSettingsSchema } from './webhook-settings.js';

function faultsOf(settings: object): string[] {
  const parsed = webhookSettingsSchema.safeParse(settings);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const hmac = { preset: 'hmac', header: 'X-Sig' };
const timed = { ...hmac, signed: '{header.X-Id}.{timestamp}.{body}', timestamp_header: 'X-Time' };

test('a preset is enough, and what it leaves open is filled in', () => {
  expect(webhookSettingsSchema.parse({ preset: 'github' })).toEqual({ preset: 'github', methods: ['POST'] });
  expect(webhookSettingsSchema.parse({ preset: 'slack' })).toMatchObject({ tolerance_seconds: 300 });
  expect(webhookSettingsSchema.parse(hmac)).toEqual({
    ...hmac,
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: '',
    signed: '{body}',
    tolerance_seconds: 300,
    methods: ['POST'],
  });
});

test.each([
  [{}, 'preset'],
  [{ preset: 'githup' }, 'preset'],
  [{ preset: 'github', header: 'X-Sig' }, 'header'],
  [{ preset: 'github', secret: 'x' }, 'secret'],
  [{ preset: 'basic' }, 'username'],
  [{ preset: 'basic', username: 'a:b' }, 'colon'],
  [{ preset: 'hmac' }, 'header'],
  [{ preset: 'none', methods: [] }, 'methods'],
  [{ preset: 'none', allowed_addresses: ['10.0.0.0/8', '10.0.0'] }, 'allowed_addresses.1'],
  [{ preset: 'none', allowed_addresses: [] }, 'allowed_addresses'],
  [{ preset: 'none', rate_limit: { requests: 0 } }, 'rate_limit.requests'],
  [{ ...hmac, signed: '{nonce}{body}' }, 'signed: knows {body}'],
  [{ ...hmac, signed: 'body' }, 'signed: must contain {body}'],
  [{ ...hmac, signed: '{timestamp}{body}' }, 'timestamp_header: must name the header'],
  [{ ...hmac, timestamp_header: 'X-Time' }, 'signed: must contain {timestamp}'],
  [
    { preset: 'none', dedupe_header: 'X-Id', dedupe_expression: 'payload.id' },
    'dedupe_expression: not together',
  ],
  [{ preset: 'none', dedupe_expression: 'payload.' }, 'dedupe_expression: line 1'],
  [{ preset: 'none', dedupe_expression: 'paylod.id' }, "did you mean 'payload'"],
  [{ preset: 'stripe', dedupe_header: 'X-Id' }, 'dedupe_header: must be signed'],
  [{ preset: 'slack', dedupe_expression: 'headers.a' }, 'known names: payload, body_sha256'],
  [{ ...timed, dedupe_header: 'X-Other' }, 'dedupe_header: must be signed'],
])('%j is refused: %s', (settings, fault) => {
  expect(faultsOf(settings).join('\n')).toContain(fault);
});

test.each([
  { ...timed, dedupe_header: 'x-id' },
  { ...timed, dedupe_expression: 'payload.id + body_sha256' },
  { preset: 'github', dedupe_expression: 'headers["x-github-delivery"]' },
])('%j names deliveries by what may name them', (settings) => {
  expect(faultsOf(settings)).toEqual([]);
});

test('a template is text and what is put into it, in order', () => {
  const template = parseSignedTemplate('v0:{timestamp}:{body}{header.X-Id}!');
  expect(template?.parts).toEqual([
    { kind: 'text', text: 'v0:' },
    { kind: 'timestamp' },
    { kind: 'text', text: ':' },
    { kind: 'body' },
    { kind: 'header', name: 'x-id' },
    { kind: 'text', text: '!' },
  ]);
  expect(template).toMatchObject({ hasBody: true, hasTimestamp: true, headers: new Set(['x-id']) });
  for (const bad of ['{}', '{Body}', '{header.}', '{header.a b}', '{body }']) {
    expect(parseSignedTemplate(bad)).toBeUndefined();
  }
});
