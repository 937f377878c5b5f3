import type { Ending } from '../runtimes/runtime.js';
import { judge } from './judge.js';
import type { JudgedBy } from './judge.js';

const by = (values: Partial<JudgedBy> = {}): JudgedBy => ({
  outputFormat: 'text',
  outSchema: null,
  stopped: undefined,
  durationMs: 12,
  secrets: [],
  ...values,
});

const printed = (stdout: string, more: Partial<Ending> = {}): Ending => ({
  exitCode: 0,
  stdout,
  stderr: '',
  ...more,
});

const schema = { n: { type: 'integer', required: true } };

test('a program that ends with 0 is completed; its text is kept', () => {
  expect(judge(printed('hello\n'), by())).toEqual({
    status: 'completed',
    result: { exit_code: 0, duration_ms: 12, succeeded: true, data: null, stdout: 'hello\n' },
  });
});

test('data takes the place of the text it was read from', () => {
  expect(judge(printed('{"n":1}'), by({ outputFormat: 'json', outSchema: schema }))).toMatchObject({
    status: 'completed',
    result: { data: { n: 1 }, stdout: '' },
  });
});

test('output that is not what was promised is kept as text, with a remark', () => {
  const judgement = judge(printed('oops'), by({ outputFormat: 'json' }));
  expect(judgement).toMatchObject({ status: 'completed', result: { data: null, stdout: 'oops' } });
  expect(judgement.remark).toMatch(/^the output is not json: .*; it is kept as text$/);
});

test.each([
  ['{"n":"x"}', /^the result does not fit the output schema of the action: data\.n: must be an integer$/],
  ['oops', /^the output is not json: /],
  ['', /^the program printed no json, which the output schema asks for$/],
])('a program that promised data and gave none, or other, has failed: %j', (stdout, error) => {
  const judgement = judge(printed(stdout), by({ outputFormat: 'json', outSchema: schema }));
  expect(judgement.status).toBe('failed');
  expect(judgement.error).toMatch(error);
  expect(judgement.result).toMatchObject({ succeeded: false, error: judgement.error });
});

test('a program that failed may still have said something', () => {
  expect(
    judge(printed('{"n":"x"}', { exitCode: 3 }), by({ outputFormat: 'json', outSchema: schema })),
  ).toMatchObject({
    status: 'failed',
    error: 'the program ended with exit code 3',
    result: { exit_code: 3, data: { n: 'x' } },
  });
});

test.each([
  ['timeout', 'timeout'],
  ['cancel', 'cancelled'],
] as const)('ended by %s is %s, whatever the program made of it', (stopped, status) => {
  expect(judge(printed('oops'), by({ stopped, outputFormat: 'json', outSchema: schema }))).toMatchObject({
    status,
  });
  expect(judge({ exitCode: null, signal: 'SIGKILL' }, by({ stopped }))).toMatchObject({ status });
});

test('secrets are hidden in data, output and errors, and nowhere else', () => {
  const secrets = ['hunter2', '12'];
  const data = judge(
    printed('{"user":"x hunter2","hunter2":12,"n":3}'),
    by({ secrets, outputFormat: 'json' }),
  );
  expect(data.result).toEqual({
    exit_code: 0,
    duration_ms: 12,
    succeeded: true,
    data: { user: 'x ***', '***': '***', n: 3 },
    stdout: '',
  });
  expect(judge(printed('hunter2', { stderr: 'no hunter2' }), by({ secrets })).result).toMatchObject({
    stdout: '***',
    stderr: 'no ***',
  });
  expect(judge({ exitCode: null, error: 'bad hunter2' }, by({ secrets }))).toMatchObject({
    error: 'bad ***',
    result: { error: 'bad ***' },
  });
});

test('of a long standard error the end is kept', () => {
  const { result } = judge(printed('', { exitCode: 1, stderr: `${'x'.repeat(100_000)}the end` }), by());
  expect(result.stderr).toHaveLength(64 * 1024);
  expect(result.stderr).toMatch(/the end$/);
});
