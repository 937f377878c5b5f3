import { createHash } from 'node:crypto';
import type { MasterKeys } from '@attune/db';
import { ConfigError } from '@attune/service';
import type { ApiConfig } from '../config.js';

const masterKeyLength = 32;

/** Passwords that documentation, images and people use; outside development they are no secret. */
const knownPasswords = new Set([
  '12345678',
  '123456789',
  '1234567890',
  'admin',
  'admin123',
  'administrator',
  'attune',
  'attune123',
  'changeme',
  'change-me',
  'default',
  'letmein',
  'password',
  'password1',
  'password123',
  'qwertyuiop',
  'secret',
  'testpass123!',
  'test1234',
  'welcome1',
]);

const knownPhrases = ['attune', 'change', 'default', 'development', 'example', 'insecure', 'secret'];

const minPasswordLength = 8;

/**
 * The master keys as bytes. Throws ConfigError for a malformed one, and outside development for a current one that
 * is known; previous ones may be, or nobody could get rid of them.
 */
export function readMasterKeys({ security }: ApiConfig): MasterKeys {
  const current = readKey(security.master_key, 'security.master_key');
  if (!security.dev_mode && isWeakKey(current)) {
    throw fault('security.master_key', 'is a known or guessable key; make one: openssl rand -base64 32');
  }
  const previous = security.previous_master_keys.map((key, index) =>
    readKey(key, `security.previous_master_keys.${index}`),
  );
  return { current, previous };
}

/** Throws ConfigError for a first password that everybody knows. */
export function checkFirstPassword({ security }: ApiConfig): void {
  const { admin_login: login, admin_password: password } = security;
  if (password === undefined || security.dev_mode) return;
  if (password.length < minPasswordLength) {
    throw fault('security.admin_password', `must have at least ${minPasswordLength} characters`);
  }
  if (isKnownPassword(password, login)) {
    throw fault('security.admin_password', 'is a password everybody knows; choose another');
  }
}

export function isKnownPassword(password: string, login?: string): boolean {
  const plain = password.toLowerCase();
  return knownPasswords.has(plain) || plain === login?.toLowerCase();
}

function readKey(base64: string, setting: string): Buffer {
  const key = Buffer.from(base64, 'base64');
  if (key.length === masterKeyLength) return key;
  throw fault(setting, 'must be base64 of 32 bytes: openssl rand -base64 32');
}

/** Repetitions, counting up, text, and hashes of well-known words. */
function isWeakKey(key: Buffer): boolean {
  if (new Set(key).size < 12) return true;
  if (key.every((byte, index) => index === 0 || byte === ((key[index - 1] ?? 0) + 1) % 256)) return true;
  if (key.every((byte) => byte >= 0x20 && byte < 0x7f)) return true;
  const words = [...knownPhrases, ...knownPasswords, ''];
  return words.some((word) => createHash('sha256').update(word).digest().equals(key));
}

function fault(key: string, message: string): ConfigError {
  return new ConfigError([{ key, message }]);
}
