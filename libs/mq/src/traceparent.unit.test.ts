import { nextTraceParent } from './traceparent.js';

test('the next hop has the same trace and its own span', () => {
  const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
  const next = nextTraceParent('event:17', parent);
  expect(next).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00$/);
  expect(next).not.toBe(parent);
});

test.each([undefined, '', 'nonsense'])(
  'without a usable parent (%p) one correlation is one trace',
  (parent) => {
    const traceOf = (correlationId: string) => nextTraceParent(correlationId, parent).split('-')[1];
    expect(traceOf('event:17')).toBe(traceOf('event:17'));
    expect(traceOf('event:17')).not.toBe(traceOf('event:18'));
  },
);
