import { deliveryConfig } from './delivery-config.js';
import { deliveryPayload } from './delivery-payload.js';

function payloadOf(text: string | Uint8Array, type?: string, formField?: string) {
  return deliveryPayload(Buffer.from(text), type, formField);
}

test('JSON of any kind is parsed', () => {
  expect(payloadOf('{"a":[1]}', 'application/json; charset=utf-8')).toEqual({ a: [1] });
  expect(payloadOf('[1]', 'application/cloudevents+json')).toEqual([1]);
});

test('broken JSON is refused', () => {
  expect(() => payloadOf('{"a":', 'application/json')).toThrow('not valid JSON');
});

test('forms become fields, repeated fields lists', () => {
  expect(payloadOf('a=1&b=x+y&b=%C3%A9', 'application/x-www-form-urlencoded')).toEqual({
    a: '1',
    b: ['x y', 'é'],
  });
});

test('a form of a sender that means JSON holds it in its field', () => {
  const form = `payload=${encodeURIComponent('{"ref":"refs/heads/main"}')}`;
  expect(payloadOf(form, 'application/x-www-form-urlencoded', 'payload')).toEqual({ ref: 'refs/heads/main' });
});

test('text is kept as text, bytes as base64', () => {
  expect(payloadOf('<a/>', 'application/xml')).toEqual({ body: '<a/>', content_type: 'application/xml' });
  expect(payloadOf('hello')).toEqual({ body: 'hello', content_type: null });
  const bytes = Buffer.from([0xff, 0x00, 0xfe]);
  const binary = { body: bytes.toString('base64'), encoding: 'base64' };
  expect(payloadOf(bytes, 'image/png')).toEqual({ ...binary, content_type: 'image/png' });
  expect(payloadOf(bytes, 'text/plain')).toEqual({ ...binary, content_type: 'text/plain' });
});

test('no body is an empty payload', () => {
  expect(payloadOf('', 'application/json')).toEqual({});
});

test('the config tells how it arrived, and no secret', () => {
  const config = deliveryConfig({
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/1',
      'x-github-event': 'push',
      'x-github-delivery': 'd1',
      'x-gitlab-event': 'Push Hook',
      'x-gitlab-token': 'secret!',
      'x-hub-signature-256': 'sha256=secret!',
      'x-event-key': 'repo:push',
      authorization: 'Bearer secret!',
      cookie: 'secret!',
      'x-auth-token': 'secret!',
      'x-webhook-token': 'secret!',
      'x-hook-signature': 'secret!',
    },
    query: { branch: 'main', access_token: 'secret!' },
    address: '192.0.2.1',
    receivedAt: new Date(0),
  });
  expect(JSON.stringify(config)).not.toContain('secret!');
  expect(config).toMatchObject({
    method: 'POST',
    query: { branch: 'main' },
    source_ip: '192.0.2.1',
    received_at: '1970-01-01T00:00:00.000Z',
    headers: {
      'x-github-event': 'push',
      'x-github-delivery': 'd1',
      'x-gitlab-event': 'Push Hook',
      'x-event-key': 'repo:push',
    },
  });
});
