import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import type { SealedValue } from './secret-box.js';
import { createSecretBox, SecretError } from './secret-box.js';

const [oldKey, newKey, strangeKey] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const oldBox = createSecretBox({ current: oldKey });
const box = createSecretBox({ current: newKey, previous: [oldKey] });
const newBox = createSecretBox({ current: newKey });
const place = 'key:core.token';
const text = fc.string({ unit: 'grapheme', maxLength: 200 });

test('what was sealed opens at its place, and shows nothing of itself', () => {
  fc.assert(
    fc.property(text, text, (value, at) => {
      const sealed = box.seal(value, at);
      expect(box.open(JSON.parse(JSON.stringify(sealed)), at)).toBe(value);
      expect(sealed.kid).toBe(box.kid);
    }),
  );
  expect(JSON.stringify(box.seal('geheim – 秘密', place))).not.toContain('geheim');
});

test('a value copied to another place does not open, and cannot be rewrapped', () => {
  fc.assert(
    fc.property(text, text, (here, there) => {
      fc.pre(here !== there);
      const sealed = oldBox.seal('x', here);
      expect(() => box.open(sealed, there)).toThrow(SecretError);
      expect(() => box.rewrap(sealed, there)).toThrow(SecretError);
    }),
  );
});

test('a value of which one character was altered does not open, whichever part and character it is', () => {
  const sealed = { ...oldBox.seal('some secret, of some length', place) };
  const part = fc.constantFrom('kid', 'key', 'data');
  fc.assert(
    fc.property(part, fc.nat(), fc.string({ minLength: 0, maxLength: 2 }), (name, at, other) => {
      const whole = sealed[name];
      const altered = whole.slice(0, at % whole.length) + other + whole.slice((at % whole.length) + 1);
      fc.pre(altered !== whole);
      const open = () => box.open({ ...sealed, [name]: altered }, place);
      expect(open).toThrow(SecretError);
      expect(open).toThrow(name === 'kid' ? 'is not configured' : 'was changed');
    }),
    { numRuns: 500 },
  );
});

test('a value does not open with the key of another one of the same place', () => {
  const [one, other] = [box.seal('one', place), box.seal('other', place)];
  expect(() => box.open({ ...one, key: other.key }, place)).toThrow('was changed');
});

test('a value does not open by the other master key', () => {
  const sealed = { ...oldBox.seal('x', place), kid: box.kid };
  expect(() => box.open(sealed, place)).toThrow('was changed');
});

test.each([
  ['null', null],
  ['text', 'x'],
  ['another version', { ...box.seal('x', place), v: 2 }],
  ['a value without its data', { ...box.seal('x', place), data: undefined }],
  ['a value with a list for a key', { ...box.seal('x', place), key: ['x'] }],
])('%s is not a sealed value', (_what, sealed) => {
  expect(() => box.open(sealed, place)).toThrow('cannot open key:core.token: it is not a sealed value');
});

test.each(['', 'AAAA', Buffer.alloc(27).toString('base64')])('%j is too short to be sealed', (part) => {
  expect(() => box.open({ ...box.seal('x', place), data: part }, place)).toThrow('was changed');
  expect(() => box.open({ ...box.seal('x', place), key: part }, place)).toThrow('was changed');
});

test('equal values are sealed differently', () => {
  const [one, other] = [box.seal('x', place), box.seal('x', place)];
  expect(one.data).not.toBe(other.data);
  expect(one.key).not.toBe(other.key);
});

test('a master key that is not there is named', () => {
  const sealed = createSecretBox({ current: strangeKey }).seal('x', place);
  expect(() => box.open(sealed, place)).toThrow(
    `sealed by master key ${sealed.kid}, which is not configured`,
  );
  expect(() => box.rewrap(sealed, place)).toThrow(SecretError);
});

test('a rewrapped value is the same data under the current key, and needs the previous one no more', () => {
  fc.assert(
    fc.property(text, (value) => {
      const sealed = oldBox.seal(value, place);
      const rewrapped: SealedValue = box.rewrap(sealed, place);
      expect(rewrapped).toEqual({ ...sealed, kid: newBox.kid, key: expect.any(String) });
      expect(rewrapped.key).not.toBe(sealed.key);
      expect(newBox.open(rewrapped, place)).toBe(value);
      expect(() => oldBox.open(rewrapped, place)).toThrow('is not configured');
    }),
  );
});

test('derived secrets depend on their purpose and on the current key alone', () => {
  expect(box.derive('a')).toHaveLength(32);
  expect(box.derive('a')).toEqual(newBox.derive('a'));
  expect(box.derive('a')).not.toEqual(box.derive('b'));
  expect(box.derive('a')).not.toEqual(oldBox.derive('a'));
});

test('a box tells the ids of its master keys, each once', () => {
  const { kid, previousKids } = createSecretBox({ current: newKey, previous: [oldKey, newKey, oldKey] });
  expect({ kid, previousKids }).toEqual({ kid: newBox.kid, previousKids: [oldBox.kid] });
});

test('a master key of another length is refused', () => {
  expect(() => createSecretBox({ current: randomBytes(16) })).toThrow('32 bytes');
  expect(() => createSecretBox({ current: newKey, previous: [randomBytes(33)] })).toThrow('32 bytes');
});

test('neither the box nor an error shows a key or a value', () => {
  const sealed = box.seal('plain-text-of-it', place);
  const error = catchError(() => box.open({ ...sealed, data: sealed.key }, place));
  const shown = [box, error].map((thing) => inspect(thing, { depth: 9, showHidden: true })).join();
  for (const key of [newKey, oldKey]) {
    expect(shown).not.toContain(key.toString('hex'));
    expect(shown).not.toContain(inspect(key).slice(8, 40));
  }
  for (const part of ['plain-text', sealed.key, sealed.data]) expect(shown).not.toContain(part);
});

function catchError(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
