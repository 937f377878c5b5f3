import fc from 'fast-check';
import { createMasker, maskText } from './masker.js';

test('hides a secret wherever it appears', () => {
  expect(maskText('key=s3cret; again s3cret!', ['s3cret'])).toBe('key=***; again ***!');
});

test('without secrets the text is as it was', () => {
  expect(maskText('key=s3cret', [])).toBe('key=s3cret');
});

test('hides a secret that lies across two pieces, and shows nothing of it before', () => {
  const masker = createMasker(['s3cret']);
  expect(masker.push('key=s3c')).toBe('key=');
  expect(masker.push('ret;')).toBe('***;');
  expect(masker.end()).toBe('');
});

test('shows what only looked like the start of a secret', () => {
  const masker = createMasker(['s3cret']);
  expect(masker.push('s3c')).toBe('');
  expect(masker.push('ond')).toBe('s3cond');
  expect(masker.push('s3')).toBe('');
  expect(masker.end()).toBe('s3');
});

test('hides the longer secret when another one is its start', () => {
  expect(maskText('<abcdef>', ['abc', 'abcdef'])).toBe('<***>');
});

test('hides a longer secret of which another one is the middle, over single characters', () => {
  const masker = createMasker(['bcd', 'abcdefg']);
  const shown =
    '<abcdefg>'
      .split('')
      .map((char) => masker.push(char))
      .join('') + masker.end();
  expect(shown).toBe('<***>');
});

test('hides both of two secrets that overlap', () => {
  expect(maskText('<aabcd>', ['aab', 'bcd'])).toBe('<***>');
});

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 6 });

test('no character of any occurrence survives, and every other one does, however the text is cut', () => {
  fc.assert(
    fc.property(
      fc.array(letters, { minLength: 1, maxLength: 4 }),
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 12 }), { maxLength: 8 }),
      (secrets, pieces) => {
        const masker = createMasker(secrets);
        const shown = pieces.map((piece) => masker.push(piece)).join('') + masker.end();
        expect(shown.replaceAll('***', '')).toBe(clearText(pieces.join(''), secrets));
      },
    ),
  );
});

/** The characters that belong to no occurrence, found the slow way. */
function clearText(text: string, secrets: readonly string[]): string {
  const hidden = new Set<number>();
  for (const secret of secrets)
    for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1))
      for (let index = at; index < at + secret.length; index++) hidden.add(index);
  return text
    .split('')
    .filter((_, index) => !hidden.has(index))
    .join('');
}
