import { dispatchQueueName } from '@attune/domain';
import { isWork, message } from './define-message.js';
import { contracts, eventCreated, executionScheduled } from './messages/index.js';
import { brokerName, localName } from './names.js';
import { dispatchQueue, queues, routeOf } from './topology.js';

test('every work message has exactly one queue, or the dispatch queues', () => {
  for (const contract of contracts.filter(isWork)) {
    const carrying = queues.filter((queue) => queue.contract?.type === contract.type);
    expect(carrying.length).toBe(contract.type === executionScheduled.type ? 0 : 1);
  }
});

test('a message is routed to the binding of its queue', () => {
  const dispatched = message(
    executionScheduled,
    { executionId: 1, attempt: 1 },
    { dispatchQueue: 'dispatch.shell.9f' },
  );
  expect(routeOf(dispatched)).toEqual(dispatchQueue('dispatch.shell.9f').binding);
  expect(routeOf(message(eventCreated, { eventIds: [1] }))).toEqual({
    exchange: 'events',
    routingKey: 'event.created',
  });
});

test('work for a dispatch queue has to name it', () => {
  expect(() => routeOf(message(executionScheduled, { executionId: 1, attempt: 1 }))).toThrow(
    'execution.scheduled needs the dispatch queue it is for',
  );
});

test('names of the domain are names of dispatch queues; others are refused', () => {
  expect(dispatchQueue(dispatchQueueName('python')).name).toBe('dispatch.python');
  for (const name of ['dispatch', 'dispatch.', 'executor.events', 'dispatch.a b', 'dispatch.#']) {
    expect(() => dispatchQueue(name)).toThrow('is not the name of a dispatch queue');
  }
});

test('a wrong body fails where it is written', () => {
  expect(() => message(eventCreated, { eventIds: [-1] })).toThrow();
});

test.each([
  ['', 'attune.executor.events'],
  ['eu1', 'eu1.attune.executor.events'],
  ['eu1.', 'eu1.attune.executor.events'],
])('prefix %j gives %s, and back', (prefix, expected) => {
  expect(brokerName(prefix, 'executor.events')).toBe(expected);
  expect(localName(prefix, expected)).toBe('executor.events');
});
