import { counter, gauge, histogram, registry } from './metrics.js';

test('asking twice for a metric gives the same one, so composed services share it', async () => {
  counter({ name: 'attune_test_total', help: 'x', labels: ['stage'] }).inc({ stage: 'events' });
  counter({ name: 'attune_test_total', help: 'x', labels: ['stage'] }).inc({ stage: 'events' });

  expect(await registry.getSingleMetricAsString('attune_test_total')).toContain('{stage="events"} 2');
  expect(gauge({ name: 'attune_test', help: 'x' })).toBe(gauge({ name: 'attune_test', help: 'x' }));
});

test('a histogram has buckets from a millisecond to a minute', async () => {
  histogram({ name: 'attune_test_seconds', help: 'x' }).observe(0.002);

  const text = await registry.getSingleMetricAsString('attune_test_seconds');
  expect(text).toContain('le="0.001"} 0');
  expect(text).toContain('le="0.0025"} 1');
  expect(text).toContain('le="60"} 1');
});
