import { withoutSecrets } from './without-secrets.js';

const schema = {
  url: { type: 'string' },
  token: { type: 'string', secret: true },
  auth: { type: 'object', properties: { password: { type: 'string', secret: true } } },
};

test('secret values are null at any depth, others untouched', () => {
  const values = { url: 'u', token: 't', auth: { password: 'p', user: 'me' }, extra: 1 };
  const shown = withoutSecrets(schema, values);
  expect(shown).toEqual({ url: 'u', token: null, auth: { password: null, user: 'me' }, extra: 1 });
  expect(values.token).toBe('t');
});

test('what is absent stays absent', () => {
  expect(withoutSecrets(schema, { url: 'u' })).toEqual({ url: 'u' });
  expect(withoutSecrets(schema, null)).toEqual({});
  expect(withoutSecrets(null, { a: 1 })).toEqual({ a: 1 });
});
