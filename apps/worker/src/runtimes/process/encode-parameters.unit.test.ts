import { encodeParameters, shellAssignments } from './encode-parameters.js';

const encode = (parameterFormat: 'json' | 'yaml' | 'dotenv', declared?: string[]) =>
  encodeParameters({
    parameters: { name: "it's", server: { port: 1, tags: ['a', 'b'] }, none: null, on: true },
    parameterFormat,
    declared,
  });

test('JSON is one line', () => {
  expect(encode('json')).toBe(`{"name":"it's","server":{"port":1,"tags":["a","b"]},"none":null,"on":true}\n`);
});

test('dotenv has a variable for each value, also of maps; lists are JSON, null is absent', () => {
  expect(encode('dotenv')).toBe(
    [`name='it'\\''s'`, `server_port='1'`, `server_tags='["a","b"]'`, `on='true'`, ''].join('\n'),
  );
});

test('dotenv has what the action declares, and nothing else', () => {
  expect(encode('dotenv', ['on', 'absent'])).toBe("on='true'\n");
});

test('names become names of variables', () => {
  expect(shellAssignments({ 'a-b': 1, '2x': 2, 'x;rm': 3, é: 4, '': 5 })).toBe(
    "a_b='1'\n_2x='2'\nx_rm='3'\n_='4'\n_='5'\n",
  );
});
