import { isLive, isReady, mergeHealth } from './health.js';

test('a failing check ends readiness; only a vital one ends liveness', () => {
  const broker = { checks: { broker: { ok: false }, consumers: { ok: true, vital: true } } };
  const stuck = { checks: { consumers: { ok: false, vital: true } } };

  expect([isReady(broker), isLive(broker)]).toEqual([false, true]);
  expect([isReady(stuck), isLive(stuck)]).toEqual([false, false]);
  expect([isReady({ checks: {} }), isLive({ checks: {} })]).toEqual([true, true]);
});

test('reports of parts are merged under their names', () => {
  const ok = { checks: { database: { ok: true } } };

  expect(mergeHealth({ api: ok, worker: { checks: { leases: { ok: false, detail: 'late' } } } })).toEqual({
    checks: { 'api.database': { ok: true }, 'worker.leases': { ok: false, detail: 'late' } },
  });
});
