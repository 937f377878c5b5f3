import { AttuneError, ExpressionError } from '../../errors.js';
import { compileExpression, evaluateExpression } from '../expression.js';
import { functions } from './function-table.js';

const context = {
  t: new Date('2026-07-04T22:05:09.120Z'),
  w: new Date('2026-01-01T00:00:00Z'),
  s: ' Hello World ',
  xs: [3, 1, 2, 3],
  m: { b: 2, a: 1 },
};

function evaluate(text: string): unknown {
  return evaluateExpression(compileExpression(text), context);
}

function failure(text: string): string {
  try {
    evaluate(text);
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
  throw new Error(`${text} did not fail`);
}

type Case = readonly [expression: string, expected: unknown];

const cases: Readonly<Record<string, readonly Case[]>> = {
  text: [
    ['lower("ÄB")', 'äb'],
    ['"ab".upper()', 'AB'],
    ['trim(s)', 'Hello World'],
    ['split("a,b,c", ",")', ['a', 'b', 'c']],
    ['split("a,b,c", ",", 2)', ['a', 'b,c']],
    ['split(" a  b ")', ['a', 'b']],
    ['split("")', []],
    ['["a", "b"].join("-")', 'a-b'],
    ['join(["a", 1, null, true, [2]])', 'a1true[2]'],
    ['replace("a.b.c", ".", "")', 'abc'],
    ['starts_with("abc", "ab") && "abc".startsWith("ab")', true],
    ['ends_with("abc", "bc") && "abc".endsWith("bc")', true],
    ['"abc".contains("b")', true],
    ['index_of("abcb", "b")', 1],
    ['"abcb".indexOf("b", 2)', 3],
    ['"abcb".lastIndexOf("b")', 3],
    ['"abc".indexOf("x")', -1],
    ['"abcd".substring(1, 3)', 'bc'],
    ['"abcd".substring(2)', 'cd'],
    ['matches("web-12", "^web-[0-9]+$")', true],
    ['"xweb".match("web")', true],
    ['regex("v1.22", "v([0-9]+)\\\\.([0-9]+)")', ['v1.22', '1', '22']],
    ['regex("v1.22", "v([0-9]+)", 1)', '1'],
    ['regex("host=a", "host=(?<host>[a-z])", "host")', 'a'],
    ['regex("v1", "x(y)?", 1)', null],
    ['regex("x", "x(y)?")', ['x', null]],
    ['format("%s is %d of %.1f%%", "n", 3.9, 5)', 'n is 3 of 5.0%'],
    [
      '"%s-%x-%X-%o-%b-%e-%j".format(["a", 255, 255, 8, 5, 12345, {"k": 1}])',
      'a-ff-FF-10-101-1.234500e+4-{"k":1}',
    ],
  ],
  list: [
    ['length("abc") + length([1]) + length({"a": 1})', 5],
    ['size(xs)', 4],
    ['first(xs)', 3],
    ['last([])', null],
    ['sort(xs)', [1, 2, 3, 3]],
    ['sort(["b", "a"])', ['a', 'b']],
    ['sort([parse_time("2026-02-01"), parse_time("2026-01-01")])[0]', '2026-01-01T00:00:00.000Z'],
    ['reversed("abc")', 'cba'],
    ['reversed([1, 2])', [2, 1]],
    ['unique([1, 1.0, "1", {"a": 1}, {"a": 1}, null, null])', [1, '1', { a: 1 }, null]],
    ['flatten([1, [2, [3]]])', [1, 2, [3]]],
    ['flatten([1, [2, [3]]], 2)', [1, 2, 3]],
    ['sum([1, 2.5])', 3.5],
    ['sum([])', 0],
    ['min(3, 1, 2)', 1],
    ['max(xs)', 3],
    ['max("a", "b")', 'b'],
    [
      'zip([1, 2, 3], ["a", "b"])',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    ['range(3)', [0, 1, 2]],
    ['range(1, 4)', [1, 2, 3]],
    ['range(5, 0, -2)', [5, 3, 1]],
    ['range(3, 1)', []],
    ['chunks([1, 2, 3], 2)', [[1, 2], [3]]],
    ['slice([1, 2, 3], 1)', [2, 3]],
    ['slice("abcd", -2)', 'cd'],
    ['count(xs, 3)', 2],
    ['contains(xs, 2)', true],
    ['contains(m, "a")', true],
  ],
  value: [
    [
      '[1, "a", null, true, [], {}, t, duration("1s")].map(x, type_of(x))',
      ['number', 'string', 'null', 'boolean', 'list', 'map', 'timestamp', 'duration'],
    ],
    ['int("42") + int(3.9) + int(-3.9) + int(true)', 43],
    ['int(w)', 1_767_225_600],
    ['double("2.5e1")', 25],
    ['number(duration("90s"))', 90],
    ['string(5.0) + string(0.5) + string(true) + string(null)', '50.5truenull'],
    ['string({"a": [1]})', '{"a":[1]}'],
    ['bool("Yes") && !bool(0)', true],
    ['keys(m)', ['b', 'a']],
    ['values(m)', [2, 1]],
    ['merge(m, {"a": 9}, {"c": 3})', { b: 2, a: 9, c: 3 }],
    ['abs(-2) + floor(2.7) + ceil(2.1)', 7],
    ['round(2.345, 2)', 2.35],
    ['round(1.5) + round(-0.4)', 2],
    ['dyn(1)', 1],
  ],
  encoding: [
    ['to_json({"a": [1, null]})', '{"a":[1,null]}'],
    ['to_json([1], 2)', '[\n  1\n]'],
    ['from_json("{\\"a\\": [1]}").a[0]', 1],
    ['hash("abc")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['hash([1]) == hash("[1]")', true],
    ['b64encode("ü€")', 'w7zigqw='],
    ['b64decode("w7zigqw=")', 'ü€'],
    ['b64decode("w7zigqw")', 'ü€'],
    ['cidr_contains("10.0.0.0/8", "10.2.3.4")', true],
  ],
  time: [
    ['parse_time("2026-01-31")', '2026-01-31T00:00:00.000Z'],
    ['parse_time("2026-01-31T09:00")', '2026-01-31T09:00:00.000Z'],
    ['parse_time("2026-01-31 09:00:00.1234567+02:00")', '2026-01-31T07:00:00.123Z'],
    ['parse_time("2026-01-31T09:00:00-0530")', '2026-01-31T14:30:00.000Z'],
    ['parse_time(1767225600)', '2026-01-01T00:00:00.000Z'],
    ['parse_time(1767225600000)', '2026-01-01T00:00:00.000Z'],
    ['parse_time("31.01.2026 02:30 PM", "%d.%m.%Y %I:%M %p")', '2026-01-31T14:30:00.000Z'],
    ['parse_time("12 AM", "%I %p")', '1970-01-01T00:00:00.000Z'],
    ['parse_time("4 Jul 2026", "%d %b %Y", "Europe/Berlin")', '2026-07-03T22:00:00.000Z'],
    [
      'parse_time("Sat, 04 July 2026 10:00:00 +0200", "%a, %d %B %Y %H:%M:%S %z")',
      '2026-07-04T08:00:00.000Z',
    ],
    ['timestamp("2026-01-31T09:00:00Z") == parse_time("2026-01-31T10:00:00+01:00")', true],
    ['format_time(t)', '2026-07-04T22:05:09.120Z'],
    ['format_time(w, "%Y", "America/New_York")', '2025'],
    ['format_time(t, "%F %T", "Europe/Berlin")', '2026-07-05 00:05:09'],
    [
      'format_time(t, "%a %A %b %B %d %e %H %I %L %M %S %p %j %u %w %y %z %s %%")',
      'Sat Saturday Jul July 04 4 22 10 120 05 09 PM 185 6 6 26 +00:00 1783202709 %',
    ],
    ['string(parse_time("2026-07-04")) + string(duration("1m"))', '2026-07-04T00:00:00.000Z60s'],
    ['t - w > duration("100d")', true],
    ['w + duration("1h30m")', '2026-01-01T01:30:00.000Z'],
    ['duration("1h") + w - duration(60)', '2026-01-01T00:59:00.000Z'],
    ['duration("1h") + duration("30m") == duration("90m")', true],
    ['duration("90m").getHours() + duration("90m").getMinutes()', 91],
    [
      '[t.getFullYear(), t.getMonth(), t.getDate(), t.getDayOfMonth(), t.getDayOfWeek(), t.getDayOfYear()]',
      [2026, 6, 4, 3, 6, 184],
    ],
    ['[t.getHours("Europe/Berlin"), t.getMinutes(), t.getSeconds(), t.getMilliseconds()]', [0, 5, 9, 120]],
    ['t > w && min(t, w) == w', true],
  ],
};

describe.each(Object.entries(cases))('%s functions', (_group, list) => {
  it.each(list)('%s is %j', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

describe('functions that are given what they cannot take', () => {
  it.each([
    ['lower(5)', 'lower(5): lower() needs a string, not a number'],
    ['"a".replace(1, "b")', '"a".replace(1, "b"): replace() needs a string as argument 2, not a number'],
    ['split("a", "")[5]', 'split("a", "")[5] is missing: split("a", "") is a list of 1'],
    ['replace("a", "", "b")', 'cannot replace an empty text'],
    ['"abc".substring(2, 1)', 'range 2 to 1 is not within a text of 3 characters'],
    ['regex("a", "a", true)', 'the group is a number or a name, not a boolean'],
    ['matches("a", s + "(")', 'not a pattern of RE2 syntax'],
    ['format("%q", 1)', 'unknown directive %q'],
    ['format("%s")', '%s has no value: 0 given'],
    ['format("x", 1)', '1 values for 0 directives'],
    ['format("%d", "1")', '%d needs a number, not a string'],
    ['length(5)', 'needs a string, a list or a map, not a number'],
    ['sort([1, "a"])', 'cannot order'],
    ['sort([null, null])', 'cannot order'],
    ['sum([1, "2"])', 'needs a list of numbers; this one holds a string'],
    ['max([])', 'there is nothing to choose from'],
    ['zip([1], 2)', 'needs a string or a list, not a number'],
    ['range(1, 5, 0)', 'a step of 0 never ends'],
    ['chunks([1], 0)', 'the size of a chunk is at least 1'],
    ['contains(5, 5)', 'a number cannot contain a number'],
    ['int("5.5")', 'cannot make an integer of this string'],
    ['int("")', 'cannot make an integer of this string'],
    ['double("0x10")', 'cannot make a number of this string'],
    ['double(null)', 'cannot make a number of this null'],
    ['bool("maybe")', 'cannot make true or false of this string'],
    ['merge(m, [1])', 'needs maps, not a list'],
    ['round(1, 20)', 'digits are between 0 and 15'],
    ['from_json("{")', 'this text is not JSON'],
    ['b64decode("*")', 'this text is not base64'],
    ['b64decode("/w==")', 'the decoded bytes are not a text in UTF-8'],
    ['cidr_contains("x", "1.2.3.4")', 'needs a network such as 10.0.0.0/8 and an address'],
    ['parse_time("soon")', 'this text is not a time such as'],
    ['parse_time("2026-02-30")', 'there is no such time'],
    ['parse_time("2026-01-01T25:00")', 'there is no such time'],
    ['parse_time("a", "%Q")', 'unknown directive %Q'],
    ['parse_time("2026x", "%Y")', 'this text goes on after the end of the format'],
    ['parse_time("x", "%Y")', 'this text does not have the format at %Y'],
    ['parse_time("2026-01-01", null, "Mars")', 'needs a string as argument 2, not null'],
    ['format_time(t, "%F", "Mars")', 'unknown time zone'],
    ['format_time("2026-01-01")', 'needs a time as argument 1, not a string'],
    ['format_time(t, "%!")', 'unknown directive %!'],
    ['parse_time(1e300)', 'this number is no time'],
    ['duration("soon")', 'needs a duration such as 90s, 1h30m or 2d'],
    ['s.getHours()', 'needs a timestamp, not a string; parse_time() makes one of a text'],
    ['t + duration("99999999w")', 'the time is out of range'],
    ['range(1.5)', 'needs an integer as argument 1, not a number'],
  ])('%s: %s', (expression, message) => {
    expect(failure(expression)).toContain(message);
  });
});

describe('every function', () => {
  const values = [
    '1',
    '-1',
    '1.5',
    '"a"',
    '""',
    'null',
    'true',
    '[]',
    '[1, "a"]',
    '{}',
    '{"a": 1}',
    't',
    'duration("1s")',
  ];
  const calls = [...functions].flatMap(([name, { required, parameters }]) =>
    Array.from({ length: parameters.length - required + 1 }, (_, more) => required + more).flatMap((count) =>
      Array.from({ length: values.length * 3 }, (_, seed) => {
        const args = Array.from(
          { length: count },
          (_, index) => values[(seed * (index + 1) + index * 5) % values.length],
        );
        return `${name}(${args.join(', ')})`;
      }),
    ),
  );

  it('answers with JSON or fails with one of our errors, whatever it is given', () => {
    for (const call of calls) {
      const outcome = outcomeOf(call);
      expect({ call, outcome }).toEqual({
        call,
        outcome: expect.stringMatching(/^(answer|our error)$/) as string,
      });
    }
  });

  function outcomeOf(call: string): string {
    try {
      return typeof JSON.stringify(evaluate(call)) === 'string' ? 'answer' : 'no JSON';
    } catch (error) {
      return error instanceof AttuneError ? 'our error' : String(error);
    }
  }
});
