import { createHash, randomBytes } from 'node:crypto';
import { apiConfig } from '../config.js';
import type { ApiConfig } from '../config.js';
import { checkFirstPassword, readMasterKey } from './known-secrets.js';

function configOf(security: Partial<ApiConfig['security']>): ApiConfig {
  return apiConfig.parse({ security: { master_key: randomBytes(32).toString('base64'), ...security } });
}

test('32 random bytes are a master key', () => {
  const key = randomBytes(32);
  expect(readMasterKey(configOf({ master_key: key.toString('base64') }))).toEqual(key);
});

test.each([
  ['too short', randomBytes(16)],
  ['too long', randomBytes(64)],
  ['not base64 of anything', Buffer.from('')],
])('a key that is %s is refused', (_what, key) => {
  const config = configOf({ master_key: key.toString('base64') || '!' });
  expect(() => readMasterKey(config)).toThrow('security.master_key');
});

test.each([
  ['zeros', Buffer.alloc(32)],
  ['one byte repeated', Buffer.alloc(32, 0xa5)],
  ['counting up', Buffer.from(Array.from({ length: 32 }, (_, index) => index))],
  ['a few bytes repeated', Buffer.from('0123456789'.repeat(4)).subarray(0, 32)],
  ['text', Buffer.from('this-is-the-master-key-of-attune')],
  ['the hash of a word', createHash('sha256').update('changeme').digest()],
])('%s is refused as a master key, and accepted in development', (_what, key) => {
  const master_key = key.toString('base64');
  expect(() => readMasterKey(configOf({ master_key }))).toThrow('known or guessable');
  expect(readMasterKey(configOf({ master_key, dev_mode: true }))).toEqual(key);
});

test.each(['TestPass123!', 'password', 'short', 'operator', 'OPERATOR'])(
  'the first account cannot have the password %s',
  (admin_password) => {
    const config = { admin_login: 'operator', admin_password };
    expect(() => checkFirstPassword(configOf(config))).toThrow('security.admin_password');
    expect(() => checkFirstPassword(configOf({ ...config, dev_mode: true }))).not.toThrow();
  },
);

test('the error does not repeat the password', () => {
  const config = configOf({ admin_login: 'x', admin_password: 'TestPass123!' });
  expect(() => checkFirstPassword(config)).toThrow(
    expect.not.objectContaining({ message: expect.stringMatching(/TestPass123/) }),
  );
});
