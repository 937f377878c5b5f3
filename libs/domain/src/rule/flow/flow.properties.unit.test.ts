import fc from 'fast-check';
import type { FlowSettings } from './flow-settings.js';
import { decideFlow, flowKeys } from './flow.js';
import type { FlowKey, FlowState } from './flow.js';

interface Arrival {
  readonly atMs: number;
  readonly host: string;
}

const windowMs = 1_000;
const key = 'event.payload.host';
const window = '1s';
const arrival = (latestMs: number) =>
  fc.record<Arrival>({ atMs: fc.integer({ min: 0, max: latestMs }), host: fc.constantFrom('a', 'b') });
/** Over several windows, in order of time. */
const series = fc
  .array(arrival(5_000), { maxLength: 40 })
  .map((arrivals) => arrivals.toSorted((a, b) => a.atMs - b.atMs));
/** Within one window, in any order. */
const burst = fc.array(arrival(windowMs - 1), { maxLength: 20 });
const count = fc.integer({ min: 1, max: 4 });

/** Those that are acted on. */
function passed(settings: FlowSettings, arrivals: readonly Arrival[]): Arrival[] {
  const remembered = new Map<string, FlowState>();
  const textOf = (flowKey: FlowKey) => `${flowKey.kind} ${flowKey.key}`;
  return arrivals.filter(({ atMs, host }, id) => {
    const event = { id, trigger: 'ops.happened', payload: { host }, created: new Date(atMs) };
    const known = new Map(
      flowKeys(settings, event, {}).map((flowKey) => [flowKey, remembered.get(textOf(flowKey))]),
    );
    const { disabled, states } = decideFlow(settings, event, known);
    for (const [flowKey, state] of states) remembered.set(textOf(flowKey), state);
    return disabled === undefined;
  });
}

const ofHost = (arrivals: readonly Arrival[], host: string) => arrivals.filter((each) => each.host === host);

/** How many of a host are in the window that ends with it. */
function within(arrivals: readonly Arrival[], { atMs, host }: Arrival): number {
  return ofHost(arrivals, host).filter((each) => each.atMs <= atMs && each.atMs > atMs - windowMs).length;
}

it('a throttle lets as many pass in every window as it allows, and refuses none while there is room', () => {
  fc.assert(
    fc.property(series, count, (arrivals, allowed) => {
      const went = passed({ throttle: { key, count: allowed, window } }, arrivals);
      const refused = arrivals.filter((each) => !went.includes(each));
      for (const each of went) expect(within(went, each)).toBeLessThanOrEqual(allowed);
      for (const each of refused) expect(within(went, each)).toBe(allowed);
    }),
  );
});

it('of duplicates one passes a window, and the first one always', () => {
  fc.assert(
    fc.property(series, (arrivals) => {
      const went = passed({ dedupe: { key, window } }, arrivals);
      for (const host of ['a', 'b']) expect(ofHost(went, host)[0]).toBe(ofHost(arrivals, host)[0]);
      for (const each of went) expect(within(went, each)).toBe(1);
      for (const each of arrivals) expect(within(went, each)).toBe(1);
    }),
  );
});

it('how many of a burst pass does not depend on the order in which they come', () => {
  const shuffled = burst.chain((arrivals) =>
    fc.tuple(
      fc.constant(arrivals),
      fc.shuffledSubarray(arrivals, { minLength: arrivals.length, maxLength: arrivals.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, count, ([arrivals, other], allowed) => {
      for (const settings of [{ dedupe: { key, window } }, { throttle: { key, count: allowed, window } }]) {
        const most = 'throttle' in settings ? allowed : 1;
        for (const order of [arrivals, other]) {
          const went = passed(settings, order);
          for (const host of ['a', 'b'])
            expect(ofHost(went, host)).toHaveLength(Math.min(most, ofHost(arrivals, host).length));
        }
      }
    }),
  );
});

it('what one host does changes nothing for another', () => {
  fc.assert(
    fc.property(series, count, (arrivals, allowed) => {
      const settings = { dedupe: { key, window: '100ms' }, throttle: { key, count: allowed, window } };
      for (const host of ['a', 'b'])
        expect(ofHost(passed(settings, arrivals), host)).toEqual(passed(settings, ofHost(arrivals, host)));
    }),
  );
});
