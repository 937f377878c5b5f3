import { message } from './define-message.js';
import { eventCreated, notice } from './messages/index.js';
import { decode, encode, rewrite } from './wire.js';

const changed = message(
  notice,
  { changes: [{ entityType: 'execution', entityId: 4, change: 'updated', packRef: 'core' }] },
  { cause: { correlationId: 'event:17', messageId: 'm-1' } },
);

test('bodies are snake_case on the wire and camelCase in code', () => {
  const wire = encode(changed);
  expect(JSON.parse(wire.content.toString())).toEqual({
    changes: [{ entity_type: 'execution', entity_id: 4, change: 'updated', pack_ref: 'core' }],
  });
  expect(decode(wire).body).toEqual(changed.body);
});

test('the envelope comes through', () => {
  const { envelope, attempt } = decode(encode(changed));
  expect(envelope).toMatchObject({
    correlationId: 'event:17',
    causationId: 'm-1',
    type: 'notice',
    version: 1,
  });
  expect(attempt).toBe(1);
});

test('a message without a cause is the root of its own correlation', () => {
  const { messageId, correlationId } = decode(encode(message(eventCreated, { eventIds: [1] }))).envelope;
  expect(correlationId).toBe(messageId);
});

test.each([
  ['nothing at all', {}],
  [
    'headers of wrong types',
    { messageId: 7, type: null, headers: { version: 'one', attempt: -3, traceparent: 5 } },
  ],
])('%s in the properties is read without an error', (_what, properties) => {
  const delivered = decode({ content: Buffer.from('null'), properties });
  expect(delivered).toMatchObject({ attempt: 1, envelope: { type: '', version: 0 } });
});

test('content that is no JSON is a defect, not an exception', () => {
  expect(decode({ content: Buffer.from([0xff, 0x00]), properties: {} }).defect).toMatch(/^not JSON/);
});

test('keys that could reach a prototype stay plain keys', () => {
  const { body } = decode({ content: Buffer.from('{"__proto__": {"admin": true}}'), properties: {} });
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
  expect((body as { admin?: boolean }).admin).toBeUndefined();
});

test('rewriting replaces headers and leaves the marks of a broker behind', () => {
  const wire = encode(changed);
  const travelled = {
    content: wire.content,
    properties: {
      ...wire.properties,
      headers: { ...wire.properties.headers, 'x-delivery-count': 3, 'x-death': [] },
    },
  };
  const again = rewrite(travelled, { attempt: 2, causation_id: undefined });
  expect(again.properties.headers).toEqual({
    version: 1,
    published_at: wire.properties.headers['published_at'],
    traceparent: wire.properties.headers['traceparent'],
    attempt: 2,
  });
  expect(again.properties.messageId).toBe(wire.properties.messageId);
});
