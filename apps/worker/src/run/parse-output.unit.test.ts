import { parseOutput } from './parse-output.js';

test('text is not parsed', () => {
  expect(parseOutput('{"a":1}', 'text')).toEqual({ kind: 'text' });
});

test.each(['json', 'yaml', 'jsonl'] as const)('no output is no data, as %s too', (format) => {
  expect(parseOutput(' \n', format)).toEqual({ kind: 'text' });
});

test.each([
  ['json', '{"a":[1,null]}\n', { a: [1, null] }],
  ['json', 'null', null],
  ['json', 'about to do it\ndone\n{"a":1}\n\n', { a: 1 }],
  ['yaml', 'a: 1\nb: [x]\n', { a: 1, b: ['x'] }],
  ['jsonl', '{"a":1}\n\n2\n"x"', [{ a: 1 }, 2, 'x']],
] as const)('%s: %j', (format, text, data) => {
  expect(parseOutput(text, format)).toEqual({ kind: 'data', data });
});

test.each([
  ['json', 'oops', /^the output is not json: /],
  ['json', 'one\ntwo', /^the output is not json: /],
  ['yaml', 'a: [', /^the output is not yaml: /],
  ['jsonl', '1\n2\noops\n', /^the output is not jsonl: line 3: /],
] as const)('%s that is none is told: %j', (format, text, problem) => {
  expect(parseOutput(text, format)).toEqual({ kind: 'unreadable', problem: expect.stringMatching(problem) });
});

test('data that is nested too deep to be stored is refused, however deep', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(parseOutput(nested(150), 'json')).toMatchObject({ kind: 'data' });
  expect(parseOutput(nested(300), 'json')).toMatchObject({ kind: 'unreadable' });
  expect(parseOutput(nested(1_000_000), 'json')).toMatchObject({ kind: 'unreadable' });
});

test('YAML cannot be used to fill the memory', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key, index) => `${key}: &${key} [${`*${String.fromCodePoint(97 + index)},`.repeat(9)}]`).join('\n')}`;
  expect(parseOutput(bomb, 'yaml')).toMatchObject({ kind: 'unreadable' });
  expect(parseOutput(`x: ${'y'.repeat(1024 * 1024)}`, 'yaml')).toMatchObject({ kind: 'unreadable' });
});
