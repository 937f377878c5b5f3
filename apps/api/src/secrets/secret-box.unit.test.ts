import { randomBytes } from 'node:crypto';
import { createSecretBox } from './secret-box.js';

const box = createSecretBox(randomBytes(32));

test('what was sealed opens at its place', () => {
  const sealed = box.seal('geheim – 秘密', 'trigger:7:webhook_secret');
  expect(box.open({ ...sealed }, 'trigger:7:webhook_secret')).toBe('geheim – 秘密');
  expect(JSON.stringify(sealed)).not.toContain('geheim');
});

test('equal values are sealed differently', () => {
  expect(box.seal('x', 'p').data).not.toBe(box.seal('x', 'p').data);
});

test('a value copied to another place does not open', () => {
  const sealed = { ...box.seal('x', 'trigger:7:webhook_secret') };
  expect(() => box.open(sealed, 'trigger:8:webhook_secret')).toThrow();
});

test('a changed value does not open', () => {
  const sealed = box.seal('some secret', 'p');
  const bytes = Buffer.from(sealed.data, 'base64');
  bytes.writeUInt8((bytes.at(20) ?? 0) ^ 1, 20);
  expect(() => box.open({ ...sealed, data: bytes.toString('base64') }, 'p')).toThrow();
});

test('another master key is named when it is the wrong one', () => {
  const other = createSecretBox(randomBytes(32));
  const sealed = other.seal('x', 'p');
  expect(() => box.open({ ...sealed }, 'p')).toThrow(`sealed by master key ${sealed.kid}`);
});

test('derived secrets depend on their purpose and on the key', () => {
  expect(box.derive('a')).not.toEqual(box.derive('b'));
  expect(box.derive('a')).not.toEqual(createSecretBox(randomBytes(32)).derive('a'));
});
