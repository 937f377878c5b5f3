import { eventCreated, eventMessages } from './event-created.message.js';

test('events share messages of a bounded size, in order, each going by its first event', () => {
  const ids = Array.from({ length: 60 }, (_, index) => index + 1);
  const messages = eventMessages(ids);
  const bodies = messages.map(({ body }) => eventCreated.schema.parse(body).eventIds);
  expect(bodies.map(({ length }) => length)).toEqual([25, 25, 10]);
  expect(bodies.flat()).toEqual(ids);
  expect(messages.map(({ cause }) => cause?.correlationId)).toEqual(['event:1', 'event:26', 'event:51']);
});

test('no events are no message', () => {
  expect(eventMessages([])).toEqual([]);
});
