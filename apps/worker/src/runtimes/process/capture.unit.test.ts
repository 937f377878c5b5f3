import { createCapture } from './capture.js';

test('keeps everything up to the limit', () => {
  const capture = createCapture(10);
  expect(capture.push(Buffer.from('hello')).toString()).toBe('hello');
  expect(capture.push(Buffer.from('world')).toString()).toBe('world');
  expect(capture.text()).toBe('helloworld');
  expect(capture.dropped).toBe(0);
});

test('keeps the beginning, counts the rest and says so at the end', () => {
  const capture = createCapture(7);
  expect(capture.push(Buffer.from('hello')).toString()).toBe('hello');
  expect(capture.push(Buffer.from('world')).toString()).toBe('wo');
  expect(capture.push(Buffer.from('!')).toString()).toBe('');
  expect(capture.dropped).toBe(4);
  expect(capture.text()).toBe('hellowo\n[output truncated: 4 more bytes were not kept]\n');
});

test('what was kept survives the reuse of the chunk it came in', () => {
  const capture = createCapture(100);
  const chunk = Buffer.from('before');
  capture.push(chunk);
  chunk.fill('x');
  expect(capture.text()).toBe('before');
});

test('holds a million pieces of one byte in one buffer', () => {
  const capture = createCapture(1_000_000);
  for (let i = 0; i < 1_000_000; i++) capture.push(Buffer.from([65 + (i % 26)]));
  expect(capture.text()).toHaveLength(1_000_000);
});
