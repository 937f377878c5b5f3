import { UsageError } from '../output/failure.js';
import { parseParameters } from './parameters.js';

describe('parameters on the command line', () => {
  it('take text after = and JSON after :=', () => {
    expect(parseParameters(['message=a=b', 'n:=3', 'on:=true', 'list:=[1,"x"]', 'empty='])).toEqual({
      message: 'a=b',
      n: 3,
      on: true,
      list: [1, 'x'],
      empty: '',
    });
  });

  it.each(['word', '=text', 'n:=three'])('refuse %s as a mistake of the user', (word) => {
    expect(() => parseParameters([word])).toThrow(UsageError);
  });
});
