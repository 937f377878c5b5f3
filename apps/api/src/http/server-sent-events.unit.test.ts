import { renderEvents } from './server-sent-events.js';

const never = new AbortController().signal;

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
}

test('events are written with id, name and one line of data', async () => {
  async function* source() {
    yield { event: 'chunk', id: '1.1', data: { content: 'a\nb' } };
    yield { event: 'end', data: {} };
  }
  const text = await textOf(renderEvents(source(), { signal: never, keepAliveMs: 1000 }));
  expect(text).toBe(
    ': attune\n\nid: 1.1\nevent: chunk\ndata: {"content":"a\\nb"}\n\nevent: end\ndata: {}\n\n',
  );
});

test('a quiet source is kept alive by comments, and left when the signal ends', async () => {
  const stop = new AbortController();
  let left = false;
  async function* source() {
    try {
      await new Promise<void>((resolve) => {
        stop.signal.addEventListener('abort', () => resolve());
      });
      yield { event: 'late', data: {} };
    } finally {
      left = true;
    }
  }
  const stream = renderEvents(source(), { signal: stop.signal, keepAliveMs: 5 });
  let comments = 0;
  for await (const part of stream) {
    if (String(part) === ': \n\n') comments += 1;
    if (comments === 3) stop.abort();
  }
  expect(comments).toBeGreaterThanOrEqual(3);
  expect(left).toBe(true);
});

test('a reader who does not read holds the source back', async () => {
  let given = 0;
  async function* source() {
    for (;;) {
      given += 1;
      yield { event: 'chunk', data: 'x'.repeat(10_000) };
    }
  }
  const stream = renderEvents(source(), { signal: never, keepAliveMs: 1000 });
  const reader = stream[Symbol.asyncIterator]();
  await reader.next();
  await new Promise((resolve) => setImmediate(resolve));
  expect(given).toBeLessThan(20);
  stream.destroy();
});
