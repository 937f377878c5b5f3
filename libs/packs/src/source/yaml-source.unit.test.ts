import fc from 'fast-check';
import { stringify } from 'yaml';
import { z } from 'zod';

import { readDocument } from './document-problems.js';
import { parsePath, parseYaml, pathText } from './yaml-source.js';

const schema = z.strictObject({
  name: z.string(),
  list: z.array(z.strictObject({ size: z.number() })).default([]),
  map: z.record(z.string(), z.strictObject({ on: z.boolean() })).default({}),
});

function check(text: string): string[] {
  return readDocument(parseYaml('x.yaml', text), schema).problems.map(
    ({ line, column, message, hint }) => `${line}:${column} ${[message, hint ?? []].flat().join('; ')}`,
  );
}

test('positions lead to keys and values inside lists and maps', () => {
  const text = ['name: n', 'list:', '  - size: 1', '  - { size: two, sice: 3 }', 'map:', '  a: { on: 1 }'];
  expect(check(text.join('\n'))).toEqual([
    '4:13 list[1].size: expected number, received string',
    "4:18 unknown key 'sice'; did you mean 'size'?",
    '6:12 map.a.on: expected boolean, received number',
  ]);
});

test('a value behind an alias is reported where its anchor stands', () => {
  const text = ['name: n', 'map:', '  a: &switch', '    on: maybe', '  b: *switch'];
  expect(check(text.join('\n'))).toEqual([
    '4:9 map.a.on: expected boolean, received string',
    '4:9 map.b.on: expected boolean, received string',
  ]);
});

test('numbers that JSON or a double cannot hold are refused where they stand', () => {
  const text = 'name: n\nlist:\n  - size: .nan\n  - size: -.inf\n  - size: 12345678901234567890\n';
  expect(check(text)).toEqual([
    '3:11 .nan is no number',
    '4:11 -.inf is no number',
    '5:11 12345678901234567890 is too large to be exact; write it as text',
  ]);
});

test('any text at all gives a value or problems with positions inside it, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.json()), (text) => {
      const lines = text.split(/\r\n|\n|\r/).length;
      const { value, problems } = readDocument(parseYaml('x.yaml', text), schema);
      expect(value === undefined).toBe(problems.length > 0);
      for (const { line, column } of problems) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines + 1);
        expect(column).toBeGreaterThanOrEqual(1);
      }
    }),
  );
});

test('what was written as YAML is read back as it was', () => {
  const value = fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    fc.jsonValue().filter((data) => !/__proto__|\d{16}/.test(JSON.stringify(data))),
  );
  fc.assert(
    fc.property(value, (data) => {
      expect(JSON.stringify(parseYaml('x.yaml', stringify(data)).data)).toBe(JSON.stringify(data));
    }),
  );
});

test('paths are read as they are written', () => {
  const path = ['conditions', 0, 'all', 12, 'value'];
  expect(pathText(path)).toBe('conditions[0].all[12].value');
  expect(parsePath(pathText(path))).toEqual(path);
});
