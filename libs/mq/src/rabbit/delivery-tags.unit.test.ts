import fc from 'fast-check';
import { DeliveryTags } from './delivery-tags.js';

function tagged(count: number): DeliveryTags {
  const tags = new DeliveryTags();
  for (let tag = 1; tag <= count; tag += 1) tags.add(tag);
  return tags;
}

test('the oldest deliveries go with one frame', () => {
  expect(tagged(5).take([1, 2, 3])).toEqual({ upTo: 3, single: [] });
});

test('a frame never covers a delivery that is not meant', () => {
  expect(tagged(5).take([2, 3])).toEqual({ single: [2, 3] });
  expect(tagged(5).take([1, 2, 4])).toEqual({ upTo: 2, single: [4] });
});

test('deliveries settled before are no obstacle', () => {
  const tags = tagged(5);
  tags.take([2]);
  expect(tags.take([1, 3])).toEqual({ upTo: 3, single: [] });
});

test('tags that are unknown or settled already are ignored', () => {
  const tags = tagged(2);
  tags.take([1, 2]);
  expect(tags.take([1, 2, 9])).toEqual({ single: [] });
});

test('whatever the order of settling, each delivery is settled exactly once', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9]),
      fc.integer({ min: 1, max: 4 }),
      (order, step) => {
        const tags = tagged(9);
        const open = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        for (let at = 0; at < order.length; at += step) {
          const asked = order.slice(at, at + step);
          const { upTo = 0, single } = tags.take(asked);
          const covered = [...[...open].filter((tag) => tag <= upTo), ...single];
          expect(covered.sort((a, b) => a - b)).toEqual(asked.toSorted((a, b) => a - b));
          for (const tag of covered) open.delete(tag);
        }
      },
    ),
  );
});
