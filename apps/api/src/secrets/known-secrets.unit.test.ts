import { createHash, randomBytes } from 'node:crypto';
import { apiConfig } from '../config.js';
import type { ApiConfig } from '../config.js';
import { checkFirstPassword, readMasterKeys } from './known-secrets.js';

function configOf(security: Partial<ApiConfig['security']>): ApiConfig {
  return apiConfig.parse({ security: { master_key: randomBytes(32).toString('base64'), ...security } });
}

test('32 random bytes are a master key', () => {
  const key = randomBytes(32);
  const config = configOf({ master_key: key.toString('base64') });
  expect(readMasterKeys(config)).toEqual({ current: key, previous: [] });
});

test.each([
  ['too short', randomBytes(16)],
  ['too long', randomBytes(64)],
  ['not base64 of anything', Buffer.from('')],
])('a key that is %s is refused', (_what, key) => {
  const config = configOf({ master_key: key.toString('base64') || '!' });
  expect(() => readMasterKeys(config)).toThrow('security.master_key');
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
  expect(() => readMasterKeys(configOf({ master_key }))).toThrow('known or guessable');
  expect(readMasterKeys(configOf({ master_key, dev_mode: true })).current).toEqual(key);
});

test('previous master keys are read too, and may be weak ones: they are on their way out', () => {
  const [strong, weak] = [randomBytes(32), Buffer.alloc(32)];
  const previous_master_keys = [strong, weak].map((key) => key.toString('base64'));
  expect(readMasterKeys(configOf({ previous_master_keys })).previous).toEqual([strong, weak]);
});

test('a malformed previous master key is refused by its place, and not repeated', () => {
  const previous_master_keys = [randomBytes(32).toString('base64'), 'dG9vIHNob3J0'];
  const read = () => readMasterKeys(configOf({ previous_master_keys }));
  expect(read).toThrow('security.previous_master_keys.1: must be base64 of 32 bytes');
  expect(read).not.toThrow('dG9vIHNob3J0');
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
