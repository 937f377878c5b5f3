import { verifyDelivery } from './verify-delivery.js';
import type { WebhookSettings } from './webhook-settings.js';

const github: WebhookSettings = { preset: 'github', methods: ['POST'] };
const sha512: WebhookSettings = {
  preset: 'hmac',
  methods: ['POST'],
  header: 'X-Signature',
  algorithm: 'sha512',
  encoding: 'base64',
  prefix: '',
};
const bearer: WebhookSettings = { preset: 'bearer', methods: ['POST'] };

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
  return verifyDelivery(github, hello.secret, { headers, rawBody });
}

test('a delivery signed as GitHub signs is accepted', () => {
  expect(verifyHello(hello.signature)).toBeUndefined();
});

test('any change of body or signature is refused', () => {
  expect(verifyHello(hello.signature, Buffer.from('Hello, World! '))).toBe(
    'the signature does not fit the body',
  );
  expect(verifyHello(hello.signature.replace('757', '756'))).toBe('the signature does not fit the body');
  expect(verifyHello(hello.signature.slice(0, -2))).toBe('the signature does not fit the body');
  expect(verifyHello('sha256=')).toBe('the signature does not fit the body');
});

test('a missing signature and the weaker SHA-1 one are refused', () => {
  expect(verifyHello(undefined)).toBe('the header x-hub-signature-256 is missing');
  expect(verifyHello('sha1=757107ea')).toBe('the header x-hub-signature-256 has another form');
});

test('the generic form takes header, algorithm and encoding from the settings', () => {
  const delivery = { headers: { 'x-signature': zen.signature }, rawBody: zen.rawBody };
  expect(verifyDelivery(sha512, zen.secret, delivery)).toBeUndefined();
  expect(verifyDelivery(sha512, 'another secret', delivery)).toBe('the signature does not fit the body');
  expect(verifyDelivery({ ...sha512, algorithm: 'sha256' }, zen.secret, delivery)).toBeDefined();
});

test('a bearer token is compared whole', () => {
  const verify = (authorization: string) =>
    verifyDelivery(bearer, 'the-right-token', { headers: { authorization }, rawBody: Buffer.alloc(0) });
  expect(verify('Bearer the-right-token')).toBeUndefined();
  expect(verify('Bearer the-right-toke')).toBe('the bearer token is wrong');
  expect(verify('Basic dXNlcjpwYXNz')).toBe('the header authorization is missing');
});

test.each([github, sha512, bearer])('without a secret $preset refuses everything', (settings) => {
  const headers = { 'x-hub-signature-256': 'sha256=', 'x-signature': '', authorization: 'Bearer ' };
  for (const secret of [undefined, '']) {
    expect(verifyDelivery(settings, secret, { headers, rawBody: Buffer.alloc(0) })).toBe(
      'verification has no secret',
    );
  }
});
