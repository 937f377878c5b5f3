import fc from 'fast-check';
import { checkFlow, debounceSchema, dedupeSchema, throttleSchema } from './flow-settings.js';
import type { FlowSettings } from './flow-settings.js';
import { decideFlow, flowKeys, flowStateEnds } from './flow.js';
import type { FlowDecision, FlowKey, FlowState } from './flow.js';

const start = Date.parse('2026-01-01T00:00:00Z');

function eventAt(seconds: number, payload: unknown = {}, id = seconds) {
  return { id, trigger: 'ops.happened', payload, created: new Date(start + seconds * 1000) };
}

/** What is decided of events one after the other, each remembering what the ones before left. */
function decideAll(settings: FlowSettings, events: readonly ReturnType<typeof eventAt>[]): FlowDecision[] {
  const remembered = new Map<string, FlowState>();
  const textOf = ({ kind, key }: FlowKey) => `${kind} ${key}`;
  return events.map((event) => {
    const keys = flowKeys(settings, event, {});
    const decision = decideFlow(
      settings,
      event,
      new Map(keys.map((key) => [key, remembered.get(textOf(key))])),
    );
    for (const [key, state] of decision.states) remembered.set(textOf(key), state);
    return decision;
  });
}

const outcomes = (decisions: readonly FlowDecision[]) =>
  decisions.map(({ disabled }) => disabled?.code ?? 'go');

test('of equal events in a window one is acted on; the window begins with it', () => {
  const decisions = decideAll(
    { dedupe: { window: '10s' } },
    [0, 4, 9.9, 10, 12, 20].map((s) => eventAt(s)),
  );

  expect(outcomes(decisions)).toEqual(['go', 'duplicate', 'duplicate', 'go', 'duplicate', 'go']);
  expect(decisions[1]?.disabled?.detail).toBe('event 0 with the same key came less than 10s before');
});

test('keys tell events apart; those that the key fails on are alike', () => {
  const settings = { dedupe: { key: 'event.payload.host', window: '1m' } };
  const events = [{ host: 'a' }, { host: 'b' }, { host: 'a' }, {}, {}].map((payload, n) =>
    eventAt(n, payload),
  );

  expect(outcomes(decideAll(settings, events))).toEqual(['go', 'go', 'duplicate', 'go', 'duplicate']);
});

test('in no window are more acted on than allowed', () => {
  const settings = { throttle: { count: 2, window: '10s' } };

  expect(
    outcomes(
      decideAll(
        settings,
        [0, 1, 2, 9, 10, 11, 12].map((s) => eventAt(s)),
      ),
    ),
  ).toEqual(['go', 'go', 'throttled', 'throttled', 'go', 'go', 'throttled']);
});

test('whatever comes when: never more than the limit in any window, and never less than can be', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 60 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 4 }), (waits, count) => {
      let at = 0;
      const events = waits.map((wait, n) => eventAt((at += wait), {}, n));
      const decisions = decideAll({ throttle: { count, window: '10s' } }, events);
      const went: number[] = [];
      for (const [n, { disabled }] of decisions.entries()) {
        const time = events[n]!.created.getTime();
        const before = went.filter((other) => other > time - 10_000).length;
        expect(before).toBeLessThanOrEqual(count);
        expect(disabled === undefined).toBe(before < count);
        if (disabled === undefined) went.push(time);
      }
    }),
  );
});

test('a duplicate takes no place of the throttle', () => {
  const settings = { dedupe: { key: 'event.payload.n', window: '1m' }, throttle: { count: 2, window: '1m' } };
  const events = [1, 1, 1, 2, 3].map((n, index) => eventAt(index, { n }));

  expect(outcomes(decideAll(settings, events))).toEqual(['go', 'duplicate', 'duplicate', 'go', 'throttled']);
});

test('each event waits for quiet', () => {
  const decisions = decideAll({ debounce: { quiet: '5s' } }, [eventAt(0), eventAt(3)]);

  expect(decisions.map(({ waitUntil }) => waitUntil)).toEqual([eventAt(5).created, eventAt(8).created]);
});

test('a state ends with its window, reckoned from the last match', () => {
  const state = { times: [start, start + 1000], event: 1 };
  const settings = { throttle: { count: 2, window: '10s' }, debounce: { quiet: '5s' } };

  expect(flowStateEnds(settings, { kind: 'throttle', key: '' }, state)).toEqual(eventAt(11).created);
  expect(flowStateEnds(settings, { kind: 'debounce', key: '' }, state)).toEqual(eventAt(6).created);
});

describe('the settings', () => {
  test.each(['5m', '1h30m', '100ms', '30d'])('%s is a window', (window) => {
    expect(dedupeSchema.safeParse({ window }).success).toBe(true);
  });

  test.each(['', '5', '-5m', '99ms', '31d', 'soon', 5])('%j is none', (window) => {
    expect(dedupeSchema.safeParse({ window }).success).toBe(false);
    expect(debounceSchema.safeParse({ quiet: window }).success).toBe(false);
  });

  test.each([0, 1.5, 1001])('%d is no count', (count) => {
    expect(throttleSchema.safeParse({ count, window: '1m' }).success).toBe(false);
  });

  test.each<[FlowSettings, string[]]>([
    [{ dedupe: { key: 'event.payload.id', window: '1m' }, throttle: { count: 1, window: '1m' } }, []],
    [{ dedupe: { key: 'event.', window: '1m' } }, ['dedupe.key']],
    [{ throttle: { key: 'keys.token', count: 1, window: '1m' } }, ['throttle.key']],
    [{ debounce: { quiet: '1m' }, throttle: { count: 1, window: '1m' } }, ['throttle']],
    [{ debounce: { quiet: '1m' }, dedupe: null }, []],
  ])('%j are wrong at %j', (settings, paths) => {
    expect(checkFlow(settings).map(({ path }) => path)).toEqual(paths);
  });
});
