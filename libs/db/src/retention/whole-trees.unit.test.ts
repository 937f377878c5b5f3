import { wholeTrees } from './whole-trees.js';

const member = (root: number, id: number) => ({ root, id });

it('takes the trees that are whole, and leaves the one that was cut off', () => {
  const members = [member(1, 3), member(1, 1), member(2, 2), member(4, 9), member(4, 8)];

  expect(wholeTrees([1, 2, 4, 5], members)).toEqual({
    trees: [
      { root: 1, lowest: 1 },
      { root: 2, lowest: 2 },
    ],
    ids: [3, 1, 2],
    part: false,
    next: 4,
  });
});

it('takes the part of a tree that alone is too large', () => {
  expect(wholeTrees([1, 10], [member(1, 9), member(1, 8)])).toEqual({
    trees: [{ root: 1, lowest: 8 }],
    ids: [9, 8],
    part: true,
    next: 10,
  });
});

it('has no next when all trees are taken', () => {
  expect(wholeTrees([1], [member(1, 1)])).toMatchObject({ part: false, next: undefined });
});
