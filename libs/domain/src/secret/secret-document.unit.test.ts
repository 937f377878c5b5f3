import {
  findSecrets,
  forgedSecrets,
  holdsSecret,
  keyRefsOf,
  readSecrets,
  replaceSecrets,
} from './secret-document.js';
import { openedSecret, SecretValue } from './secret-value.js';

const key = { key: 'ops.token' };
const stored = { a: [{ $secret: [key] }, 1], b: { c: { $secret: ['Bearer ', key] } }, d: null };

it('reads what it has written as JSON', () => {
  const read = readSecrets(stored);

  expect(read).toEqual({
    a: [new SecretValue([key]), 1],
    b: { c: new SecretValue(['Bearer ', key]) },
    d: null,
  });
  expect(JSON.parse(JSON.stringify(read))).toEqual(stored);
  expect(findSecrets(read, 'x').map(({ path }) => path)).toEqual(['x.a[0]', 'x.b.c']);
  expect(findSecrets(read).flatMap(({ secret }) => keyRefsOf(secret))).toEqual(['ops.token', 'ops.token']);
});

it('shares a document without secrets', () => {
  const plain = { a: [{ b: 1 }], $secret: 'x', c: { $secret: [key], d: 1 } };
  expect(readSecrets(plain)).toBe(plain);
  expect(holdsSecret(plain)).toBe(false);
  expect(holdsSecret(readSecrets(stored))).toBe(true);
  expect(holdsSecret(stored)).toBe(false);
});

it('finds what only looks like a secret', () => {
  expect(forgedSecrets(stored).map(({ path }) => path)).toEqual(['a[0]', 'b.c']);
  expect(forgedSecrets(readSecrets(stored))).toEqual([]);
});

it('opens one part as the value it is, several as a text', () => {
  const values = { a: 7, b: { c: [1] }, n: null, s: 'x' };
  const open = (...parts: (string | { key: string })[]) =>
    openedSecret(new SecretValue(parts), (part) => ('key' in part ? values[part.key as 'a'] : undefined));

  expect(open({ key: 'b' })).toEqual({ c: [1] });
  expect(open({ key: 'n' })).toBeNull();
  expect(open('v=', { key: 'a' }, '/', { key: 'b' }, { key: 'n' }, { key: 's' })).toBe('v=7/{"c":[1]}x');
  expect(replaceSecrets(readSecrets(stored), () => 'open')).toEqual({
    a: ['open', 1],
    b: { c: 'open' },
    d: null,
  });
});
