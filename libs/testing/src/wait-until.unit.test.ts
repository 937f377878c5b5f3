import { waitUntil } from './wait-until.js';

test('resolves with the first truthy answer', async () => {
  let looks = 0;
  await expect(waitUntil(() => (++looks === 3 ? 'third' : undefined))).resolves.toBe('third');
});

test('an answer that throws counts as not yet', async () => {
  let looks = 0;
  const answer = waitUntil(() => {
    if (++looks < 3) throw new Error('too early');
    return looks;
  });
  await expect(answer).resolves.toBe(3);
});

test('says what it waited for, and why the last look failed', async () => {
  const failing = waitUntil(() => Promise.reject(new Error('no row')), {
    timeoutMs: 20,
    message: () => 'row 17',
  });

  await expect(failing).rejects.toMatchObject({
    message: 'waited 20 ms for: row 17',
    cause: expect.objectContaining({ message: 'no row' }),
  });
});
