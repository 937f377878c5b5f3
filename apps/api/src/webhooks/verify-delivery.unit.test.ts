import type { WebhookSettings } from '@attune/domain';
import { webhookSettingsSchema } from '@attune/domain';
import { presetOf } from './presets.js';
import type { Delivery } from './signature.js';
import { verifyDelivery } from './verify-delivery.js';

function settingsOf(settings: object): WebhookSettings {
  return webhookSettingsSchema.parse(settings);
}

function verify(settings: object, secrets: readonly string[], delivery: Partial<Delivery>) {
  const { proof } = presetOf(settingsOf(settings));
  const whole = { headers: {}, rawBody: Buffer.alloc(0), receivedAt: new Date(0), ...delivery };
  return verifyDelivery(proof, secrets, whole);
}

const github = { preset: 'github' };
const sha512 = { preset: 'hmac', header: 'X-Signature', algorithm: 'sha512', encoding: 'base64' };
const misfit = { fault: 'the signature does not fit the body' };

/** GitHub's own example: printf 'Hello, World!' | openssl dgst -sha256 -hmac "It's a Secret to Everybody" */
const hello = {
  secret: "It's a Secret to Everybody",
  rawBody: Buffer.from('Hello, World!'),
  signature: 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
};

/** openssl dgst -sha512 -hmac s3cret-of-the-door -binary | base64 -w0 */
const zen = {
  secret: 's3cret-of-the-door',
  rawBody: Buffer.from('{"zen":"Ünïcode keeps  its spaces"}'),
  signature: 'iaLv/X0WSgpXF2OmTLfYVCX40kWqMqtQImJ8Z2Lw+/n1z8gg/V/0mAIDqUBOb9R2q7l/OHjZiUvN8TSkOf8/WQ==',
};

function verifyHello(signature: string | undefined, rawBody = hello.rawBody) {
  const headers = signature === undefined ? {} : { 'x-hub-signature-256': signature };
  return verify(github, [hello.secret], { headers, rawBody });
}

test('a delivery signed as GitHub signs is accepted', () => {
  expect(verifyHello(hello.signature)).toEqual({});
  expect(verifyHello(hello.signature.toUpperCase().replace('SHA256', 'sha256'))).toEqual({});
});

test('any change of body or signature is refused, also text after it', () => {
  expect(verifyHello(hello.signature, Buffer.from('Hello, World! '))).toEqual(misfit);
  expect(verifyHello(hello.signature.replace('757', '756'))).toEqual(misfit);
  expect(verifyHello(hello.signature.slice(0, -2))).toEqual(misfit);
  expect(verifyHello(`${hello.signature}zz`)).toEqual(misfit);
  expect(verifyHello(`${hello.signature} `)).toEqual(misfit);
  expect(verifyHello('sha256=')).toEqual(misfit);
});

test('a missing signature and the weaker SHA-1 one are refused', () => {
  expect(verifyHello(undefined)).toEqual({ fault: 'the header x-hub-signature-256 is missing' });
  expect(verifyHello('sha1=757107ea')).toEqual({ fault: 'the header x-hub-signature-256 has another form' });
});

test('while a secret is exchanged both are accepted, and no third', () => {
  const delivery = { headers: { 'x-hub-signature-256': hello.signature }, rawBody: hello.rawBody };
  expect(verify(github, ['the new secret', hello.secret], delivery)).toEqual({});
  expect(verify(github, ['the new secret', 'the one before'], delivery)).toEqual(misfit);
});

test('the generic form takes header, algorithm and encoding from the settings', () => {
  const delivery = { headers: { 'x-signature': zen.signature }, rawBody: zen.rawBody };
  expect(verify(sha512, [zen.secret], delivery)).toEqual({});
  expect(verify(sha512, ['another secret'], delivery)).toEqual(misfit);
  expect(verify({ ...sha512, algorithm: 'sha256' }, [zen.secret], delivery)).toEqual(misfit);
  expect(verify({ ...sha512, encoding: 'hex' }, [zen.secret], delivery)).toEqual(misfit);
  const urlSafe = zen.signature.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const headers = { 'x-signature': urlSafe };
  expect(verify({ ...sha512, encoding: 'base64url' }, [zen.secret], { ...delivery, headers })).toEqual({});
  expect(verify(sha512, [zen.secret], { ...delivery, headers })).toEqual(misfit);
});

test('of many signatures one has to fit, and there are not arbitrarily many', () => {
  const several = { ...sha512, separator: ',' };
  const sign = (count: number) => ({
    headers: { 'x-signature': [...Array.from({ length: count }, () => 'AAAA'), zen.signature].join(', ') },
    rawBody: zen.rawBody,
  });
  expect(verify(several, [zen.secret], sign(15))).toEqual({});
  expect(verify(several, [zen.secret], sign(16))).toEqual({
    fault: 'the header x-signature has another form',
  });
});

describe('a signed time', () => {
  const timed = {
    ...sha512,
    signed: '{timestamp}{header.X-Id}{body}',
    timestamp_header: 'X-Time',
  };
  const at = (headers: object) =>
    verify(timed, ['a secret'], {
      headers: { 'x-signature': 'AAAA', ...headers },
      receivedAt: new Date(5000),
    });

  test.each([
    [{}, 'the signed time (x-time) is missing'],
    [{ 'x-time': 'now' }, 'the signed time (x-time) is not a number'],
    [{ 'x-time': '-5' }, 'the signed time (x-time) is not a number'],
    [{ 'x-time': '1e3' }, 'the signed time (x-time) is not a number'],
    [
      { 'x-time': '306' },
      'the delivery is stale: its signed time is 301 s ahead, at most 300 s are accepted',
    ],
    [{ 'x-time': '5' }, 'the header x-id is missing, which is signed'],
    [{ 'x-time': '5', 'x-id': 'a' }, 'the signature does not fit the body'],
  ])('with %j: %s', (headers, fault) => {
    expect(at(headers)).toEqual({ fault });
  });
});

test('a token is compared whole, and only by its scheme', () => {
  const bearer = (authorization: string) =>
    verify({ preset: 'bearer' }, ['the-right-token'], { headers: { authorization } });
  expect(bearer('Bearer the-right-token')).toEqual({});
  expect(bearer('bearer  the-right-token')).toEqual({});
  for (const wrong of ['the-right-toke', 'the-right-token2', 'THE-RIGHT-TOKEN']) {
    expect(bearer(`Bearer ${wrong}`)).toEqual({ fault: 'the bearer token is wrong' });
  }
  for (const other of ['Basic the-right-token', 'the-right-token', 'Bearer', '']) {
    expect(bearer(other)).toEqual({ fault: 'the header authorization is missing, or of another scheme' });
  }
});

test('a user name is part of what is proved', () => {
  const basic = (given: string) =>
    verify({ preset: 'basic', username: 'ada' }, ['pass:word'], {
      headers: { authorization: `Basic ${Buffer.from(given).toString('base64')}` },
    });
  expect(basic('ada:pass:word')).toEqual({});
  expect(basic('eve:pass:word')).toEqual({ fault: 'the user name or password is wrong' });
  expect(basic('ada:pass')).toEqual({ fault: 'the user name or password is wrong' });
});

test.each([
  github,
  sha512,
  { preset: 'slack' },
  { preset: 'stripe' },
  { preset: 'pagerduty' },
  { preset: 'gitlab' },
  { preset: 'alertmanager' },
  { preset: 'grafana' },
  { preset: 'basic', username: 'ada' },
  { preset: 'bearer' },
])('without a secret $preset refuses everything', (settings) => {
  const headers = {
    'x-hub-signature-256': 'sha256=',
    'x-signature': '',
    'x-gitlab-token': '',
    'x-slack-signature': 'v0=',
    'x-slack-request-timestamp': '0',
    'stripe-signature': 't=0,v1=',
    'x-pagerduty-signature': 'v1=',
    authorization: 'Bearer ',
  };
  for (const secrets of [[], [''], ['', '']]) {
    expect(verify(settings, secrets, { headers })).toEqual({ fault: 'verification has no secret' });
  }
});
