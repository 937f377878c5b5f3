import { waitUntil } from '@attune/testing';
import { createLogger } from './logger.js';
import { every } from './repeater.js';

const lines: string[] = [];
const options = {
  log: createLogger('test', { destination: { write: (line) => void lines.push(line) } }),
  name: 'sweep',
};
const never = 3_600_000;

test('runs at once and again after each interval', async () => {
  let runs = 0;
  const repeater = every(1, async () => void (runs += 1), options);

  await waitUntil(() => runs >= 3);
  await repeater.stop();
});

test('runs never overlap, also when asked for in between', async () => {
  let inside = 0;
  let most = 0;
  const repeater = every(
    1,
    async () => {
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside -= 1;
    },
    options,
  );

  await Promise.all([repeater.now(), repeater.now(), repeater.now()]);
  await repeater.stop();
  expect({ most, inside }).toEqual({ most: 1, inside: 0 });
});

test('asking during a run gives one more run, which starts after the asking', async () => {
  const seen: string[] = [];
  let state = 'old';
  const repeater = every(never, async () => void (await Promise.resolve(), seen.push(state)), options);

  state = 'new';
  await Promise.all([repeater.now(), repeater.now()]);
  await repeater.stop();
  expect(seen).toEqual(['new', 'new']);
});

test('a failing run is logged and the loop goes on', async () => {
  let runs = 0;
  const repeater = every(
    1,
    async () => {
      runs += 1;
      if (runs === 1) throw new Error('no database');
    },
    options,
  );

  await waitUntil(() => runs > 1);
  await repeater.stop();
  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
    expect.objectContaining({
      event: 'repeater.failed',
      task: 'sweep',
      err: expect.objectContaining({ message: 'no database' }),
    }),
  );
});

test('stop waits for the run under way and allows no other', async () => {
  let release = () => {};
  let runs = 0;
  const repeater = every(
    1,
    () => {
      runs += 1;
      return new Promise<void>((resolve) => (release = resolve));
    },
    options,
  );
  void repeater.now();
  let stopped = false;

  const stopping = repeater.stop().then(() => (stopped = true));
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  release();
  await stopping;
  await repeater.now();
  expect(runs).toBe(1);
});
