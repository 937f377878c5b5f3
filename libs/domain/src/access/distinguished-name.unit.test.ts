import fc from 'fast-check';
import { distinguishedNameKey, escapeDnValue } from './distinguished-name.js';

const ada = 'uid=ada,ou=people,dc=example,dc=org';

test.each([
  'uid=ada,ou=people,dc=example,dc=org',
  'UID=Ada, OU=People , DC=example,DC=org',
  String.raw`uid=\61da,ou=people,dc=example,dc=org`,
  ' uid = ada,ou=people,dc=example,dc=org ',
])('%j is another spelling of the same name', (name) => {
  expect(distinguishedNameKey(name)).toBe(ada);
});

test.each([
  String.raw`uid=ada\,ou=people,dc=example,dc=org`,
  'uid=ada+ou=people,dc=example,dc=org',
  'uid=ada,ou=people,dc=example',
  'ou=people,uid=ada,dc=example,dc=org',
  'cn=ada,ou=people,dc=example,dc=org',
  'uid=ada ou=people,dc=example,dc=org',
  String.raw`uid=ada\00,ou=people,dc=example,dc=org`,
])('%j is another name', (name) => {
  expect(distinguishedNameKey(name)).not.toBe(ada);
});

test('escaped characters are the same however they are escaped', () => {
  const names = [String.raw`cn=L\, Ada \C3\A9`, String.raw`CN=l\2C ada \c3\a9`, String.raw`cn=L\2c  ADA é`];
  expect(new Set(names.map(distinguishedNameKey))).toEqual(new Set([String.raw`cn=l\, ada é`]));
});

test('the parts of a name with several values have no order', () => {
  expect(distinguishedNameKey('uid=1+CN=Ada,dc=x')).toBe(distinguishedNameKey('cn=ada + uid=1,dc=x'));
});

test('what is no name is only put in lower case', () => {
  expect(distinguishedNameKey(' Admins ')).toBe('admins');
  expect(distinguishedNameKey('a,b=c')).toBe('a,b=c');
});

test.each([
  ['ada', 'ada'],
  [' ', String.raw`\ `],
  ['# ', String.raw`\#\ `],
  ['a b', 'a b'],
  ['a,ou=x+"\\', String.raw`a\,ou\=x\+\"\\`],
  ['\0', String.raw`\00`],
])('the value %j is written as %j', (value, written) => {
  expect(escapeDnValue(value)).toBe(written);
});

test('no value can leave its place, and each keeps its own key', () => {
  const value = fc.string({ unit: 'binary', minLength: 1 });
  fc.assert(
    fc.property(value, value, (one, other) => {
      const [first, second] = [one, other].map((text) => `uid=${escapeDnValue(text)},dc=x`);
      const fold = (text: string) => text.normalize('NFC').toLowerCase().trim().replaceAll(/ +/g, ' ');
      const isSame = distinguishedNameKey(first ?? '') === distinguishedNameKey(second ?? '');
      expect(isSame).toBe(fold(one) === fold(other));
      expect(distinguishedNameKey(first ?? '')).toMatch(/,dc=x$/);
    }),
  );
});
