import { memberPath } from './path.js';

describe('memberPath', () => {
  it.each([
    ['', 'a', 'a'],
    ['a', 'b', 'a.b'],
    ['a', 0, 'a[0]'],
    ['a', 'x.y', 'a["x.y"]'],
    ['', 'odd key', '["odd key"]'],
    ['', 3, '[3]'],
    ['headers', 'x-id', 'headers.x-id'],
  ])('%j and %j make %j', (path, key, expected) => {
    expect(memberPath(path, key)).toBe(expected);
  });
});
