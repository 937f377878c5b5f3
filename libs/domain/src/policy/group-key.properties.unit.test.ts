import fc from 'fast-check';
import { groupKeyOf } from './group-key.js';

const grouping = { parameters: ['region', 'options.zone'], key: 'parameters.size' };
const values = fc.record({
  region: fc.string(),
  options: fc.dictionary(fc.constantFrom('zone', 'a', 'b', 'c'), fc.jsonValue()),
  size: fc.integer(),
  note: fc.jsonValue(),
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([name, member]) => [name, reversed(member)]));
}

it('the group does not depend on the order of the parameters, nor of what is in them', () => {
  fc.assert(
    fc.property(values, (parameters) => {
      expect(groupKeyOf(grouping, reversed(parameters) as Record<string, unknown>)).toBe(
        groupKeyOf(grouping, parameters),
      );
    }),
  );
});

it('the group depends on what it names and on nothing else', () => {
  fc.assert(
    fc.property(values, values, (one, other) => {
      const sameNamed = { ...other, region: one.region, options: one.options, size: one.size };
      expect(groupKeyOf(grouping, sameNamed)).toBe(groupKeyOf(grouping, one));
      const otherSize = { ...one, size: one.size + 1 };
      expect(groupKeyOf(grouping, otherSize)).not.toBe(groupKeyOf(grouping, one));
      const otherRegion = { ...one, region: `${one.region}!` };
      expect(groupKeyOf(grouping, otherRegion)).not.toBe(groupKeyOf(grouping, one));
    }),
  );
});
