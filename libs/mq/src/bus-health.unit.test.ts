import { healthOf } from './bus-health.js';
import type { BusHealth, ConsumerHealth } from './bus.js';

const well: ConsumerHealth = {
  name: 'claim',
  queue: 'dispatch.shell',
  state: 'consuming',
  held: 0,
  ok: true,
};
const stuck: ConsumerHealth = { ...well, ok: false, detail: 'a batch runs for 95 s' };

const report = (health: Partial<BusHealth>) =>
  healthOf({ health: () => ({ connected: true, consumers: [], ...health }) }).checks;

test('a consumer that is connected and does not move is vital', () => {
  expect(report({ consumers: [stuck] })['consumer.dispatch.shell']).toEqual({
    ok: false,
    detail: 'a batch runs for 95 s',
    vital: true,
  });
});

test('a broker that is away makes nobody restart', () => {
  const away: ConsumerHealth = { ...well, state: 'reconnecting', ok: false, detail: 'not connected' };
  expect(report({ connected: false, detail: 'not connected', consumers: [away] })).toEqual({
    broker: { ok: false, detail: 'not connected' },
    'consumer.dispatch.shell': { ok: false, detail: 'not connected', vital: false },
  });
});

test('of several consumers of one queue the one that is not well shows', () => {
  for (const consumers of [
    [well, stuck],
    [stuck, well],
  ]) {
    expect(report({ consumers })['consumer.dispatch.shell']?.ok).toBe(false);
  }
});
