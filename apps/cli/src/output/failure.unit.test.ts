import { ApiError, UnreachableError } from '@attune/contract';
import { CommanderError } from 'commander';
import { report, UsageError } from './failure.js';

const answered = (status: number) => new ApiError(status, { error: 'no', code: 'NOT_FOUND', details: [] });

describe('the exit code of a failed command', () => {
  const lines: string[] = [];
  const original = console.error;
  beforeAll(() => (console.error = (line: string) => void lines.push(line)));
  afterAll(() => (console.error = original));

  it.each([
    ['a usage error', new UsageError('x'), 2],
    ['an unknown option', new CommanderError(1, 'commander.unknownOption', 'x'), 2],
    ['--help', new CommanderError(0, 'commander.helpDisplayed', 'x'), 0],
    ['a bad request', answered(422), 2],
    ['something unknown to the server', answered(404), 3],
    ['a missing login', answered(401), 4],
    ['a missing permission', answered(403), 4],
    ['a server that is not there', new UnreachableError('http://127.0.0.1:1', new Error('refused')), 5],
    ['anything else', new Error('x'), 1],
  ])('for %s is fixed', (_name, error, code) => {
    expect(report(error)).toBe(code);
  });

  it('comes with each detail the server gave', () => {
    lines.length = 0;

    report(
      new ApiError(422, {
        error: 'parameters are not valid',
        details: [{ path: 'body.parameters.n', message: 'must be integer', hint: 'found "3"' }],
      }),
    );

    expect(lines).toEqual([
      'error: parameters are not valid',
      '  body.parameters.n: must be integer (found "3")',
    ]);
  });
});
