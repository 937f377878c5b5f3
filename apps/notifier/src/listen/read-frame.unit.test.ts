import type { IncomingMessage } from 'node:http';
import { ValidationError } from '@attune/domain';
import fc from 'fast-check';
import { filterOf } from './client-message.js';
import { readFrame } from './read-frame.js';
import { bearerOf, refusalOf } from './upgrade.js';

const read = (message: unknown) => readFrame(Buffer.from(JSON.stringify(message)), false);

function faultOf(act: () => unknown): ValidationError {
  try {
    act();
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('a subscription is read with its filter', () => {
  const message = read({
    type: 'subscribe',
    id: 's1',
    filter: { entity_type: 'execution', root: 5, mine: true },
  });
  expect(message).toEqual({
    type: 'subscribe',
    id: 's1',
    filter: { entity_type: 'execution', root: 5, mine: true },
  });
  expect(message.type === 'subscribe' && filterOf(message.filter, 7)).toEqual({
    entityTypes: ['execution'],
    root: 5,
    identityId: 7,
  });
});

test('a subscription without a filter asks for everything', () => {
  expect(read({ type: 'subscribe', id: 's1' })).toMatchObject({ filter: {} });
});

test.each([
  ['an unknown type', { type: 'shout' }, 'type'],
  ['no type', {}, 'type'],
  ['no id', { type: 'subscribe' }, 'id'],
  ['a misspelt filter', { type: 'subscribe', id: 's', filter: { entitytype: 'rule' } }, 'filter'],
  [
    'an unknown kind of row',
    { type: 'subscribe', id: 's', filter: { entity_type: 'secret' } },
    'filter.entity_type',
  ],
  ['a ref with a star inside', { type: 'subscribe', id: 's', filter: { ref: 'a*b' } }, 'filter.ref'],
  ['an id that is no number', { type: 'subscribe', id: 's', filter: { entity_id: '4' } }, 'filter.entity_id'],
])('%s is refused, naming the place', (_what, message, path) => {
  expect(faultOf(() => read(message)).details.map((detail) => detail.path)).toContain(path);
});

test('what is not JSON text is refused', () => {
  expect(faultOf(() => readFrame(Buffer.from('{'), false)).message).toBe('the message is not JSON');
  expect(faultOf(() => readFrame(Buffer.from('{}'), true)).message).toBe('messages are JSON in text frames');
});

test('any bytes are read or refused, never anything else', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json().map((json) => Buffer.from(json)),
        fc.uint8Array(),
      ),
      (bytes) => {
        try {
          readFrame(Buffer.from(bytes), false);
        } catch (error) {
          expect(error).toBeInstanceOf(ValidationError);
        }
      },
    ),
  );
});

const request = (url: string, authorization?: string) =>
  ({ url, headers: authorization === undefined ? {} : { authorization } }) as IncomingMessage;

test.each([
  ['/ws', undefined],
  ['/ws?reason=token-less', undefined],
  ['/other', 'NOT_FOUND'],
  ['/ws/', 'NOT_FOUND'],
  ['//ws', 'NOT_FOUND'],
  ['//[', 'NOT_FOUND'],
  ['/ws?token=abc', 'TOKEN_IN_URL'],
  ['/ws?access_token=abc', 'TOKEN_IN_URL'],
  ['/ws?Authorization=abc', 'TOKEN_IN_URL'],
])('a request for %s is answered with %s', (url, code) => {
  expect(refusalOf(request(url), false)?.code).toBe(code);
});

test('a request too many is refused', () => {
  expect(refusalOf(request('/ws'), true)).toMatchObject({ status: 503 });
});

test.each([
  [undefined, undefined],
  ['Bearer abc', 'abc'],
  ['bearer  abc', 'abc'],
  ['Basic abc', ''],
  ['Bearer', ''],
])('the token of the header %j is %j', (header, token) => {
  expect(bearerOf(request('/ws', header))).toBe(token);
});
