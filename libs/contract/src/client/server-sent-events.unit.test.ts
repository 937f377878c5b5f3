import { readServerSentEvents } from './server-sent-events.js';

async function read(...chunks: (string | Uint8Array)[]) {
  const encoder = new TextEncoder();
  async function* body() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
  }
  const events = [];
  for await (const event of readServerSentEvents(body())) events.push(event);
  return events;
}

test('events are read whatever way their bytes are cut', async () => {
  const text = ': hello\n\nid: 1.1\nevent: chunk\ndata: {"a":"é"}\n\nevent: end\ndata: {}\n\n';
  const bytes = new TextEncoder().encode(text);
  const expected = [
    { id: '1.1', event: 'chunk', data: '{"a":"é"}' },
    { event: 'end', data: '{}' },
  ];
  for (let cut = 1; cut < bytes.length; cut += 1) {
    expect(await read(bytes.slice(0, cut), bytes.slice(cut))).toEqual(expected);
  }
});

test('an event that was cut off is not told', async () => {
  expect(await read('event: chunk\ndata: {}\n\nevent: chunk\ndata: {')).toEqual([
    { event: 'chunk', data: '{}' },
  ]);
});

test('several data lines are one text', async () => {
  expect(await read('data: a\r\ndata: b\r\n\r\n')).toEqual([{ event: 'message', data: 'a\nb' }]);
});
