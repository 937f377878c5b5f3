import { RunLog, largestChunk } from './run-log.js';

const open = (secrets: string[] = []) => new RunLog({ executionId: 7, attempt: 2, secrets });
const everything = Number.POSITIVE_INFINITY;

const shown = (log: RunLog) =>
  log.take(everything).map(({ sequence, stream, content }) => [sequence, stream, content]);

test('numbers chunks over both streams, in the order in which they came', () => {
  const log = open();
  log.write('stdout', Buffer.from('a'));
  log.write('stdout', Buffer.from('b'));
  log.write('stderr', Buffer.from('c'));
  log.write('stdout', Buffer.from('d'));
  expect(log.take(everything)).toEqual(
    [
      { stream: 'stdout', content: 'ab' },
      { stream: 'stderr', content: 'c' },
      { stream: 'stdout', content: 'd' },
    ].map((chunk, index) => ({
      execution_id: 7,
      attempt: 2,
      sequence: index + 1,
      truncated: false,
      ...chunk,
    })),
  );
  log.note('later');
  expect(shown(log)).toEqual([[4, 'system', 'later\n']]);
  expect(log.waiting).toBe(0);
});

test('a character that comes in two pieces stays whole', () => {
  const log = open();
  const bytes = Buffer.from('ü😀');
  for (const byte of bytes) log.write('stdout', Buffer.from([byte]));
  expect(shown(log)).toEqual([[1, 'stdout', 'ü😀']]);
});

test('a long text is cut into chunks, never within a character', () => {
  const log = open();
  const text = `x${'😀'.repeat(largestChunk)}`;
  log.write('stdout', Buffer.from(text));
  const chunks = log.take(everything);
  expect(chunks.map(({ content }) => content).join('')).toBe(text);
  expect(
    chunks.every(({ content }) => content.length <= largestChunk && !/\p{Surrogate}/u.test(content)),
  ).toBe(true);
});

test('takes about as much as is asked for, in order', () => {
  const log = open();
  log.write('stdout', Buffer.from('a'.repeat(3 * largestChunk)));
  expect(log.take(1).map(({ sequence }) => sequence)).toEqual([1]);
  expect(log.waiting).toBe(2 * largestChunk);
  expect(log.take(largestChunk + 1).map(({ sequence }) => sequence)).toEqual([2, 3]);
});

test('hides a secret across two writes of a stream, whatever the other stream says between', () => {
  const log = open(['hunter2']);
  log.write('stdout', Buffer.from('password=hun'));
  log.write('stderr', Buffer.from('warning'));
  log.write('stdout', Buffer.from('ter2 ok'));
  log.end();
  expect(shown(log)).toEqual([
    [1, 'stdout', 'password='],
    [2, 'stderr', 'warning'],
    [3, 'stdout', '*** ok'],
  ]);
});

test('what looked like the start of a secret comes at the end, before the mark of what is missing', () => {
  const log = open(['hunter2']);
  log.write('stdout', Buffer.from('hun'));
  expect(log.waiting).toBe(0);
  log.truncated('stdout', 5);
  expect(log.take(everything).map(({ content, truncated }) => [content, truncated])).toEqual([
    ['hun', false],
    ['\n[output truncated: 5 more bytes were not kept]\n', true],
  ]);
});
