import { message } from '../define-message.js';
import { eventCreated, executionRequested } from '../messages/index.js';
import { PublishError } from '../publish-error.js';
import { recordPublisher } from './record-publisher.js';

test('keeps what was published, by contract, in order', async () => {
  const publisher = recordPublisher();
  await publisher.publish([
    message(eventCreated, { eventIds: [1] }),
    message(executionRequested, { executionId: 2 }),
    message(eventCreated, { eventIds: [3] }),
  ]);
  await publisher.publish([]);
  expect(publisher.bodies(eventCreated)).toEqual([{ eventIds: [1] }, { eventIds: [3] }]);
  expect(publisher.batches).toBe(1);
});

test('fails once on request, as while the broker is away', async () => {
  const publisher = recordPublisher();
  publisher.failOnce();
  const batch = [message(eventCreated, { eventIds: [1] })];
  await expect(publisher.publish(batch)).rejects.toBeInstanceOf(PublishError);
  await publisher.publish(batch);
  expect(publisher.published).toHaveLength(1);
});
