import { randomUUID } from 'node:crypto';
import type { Notice, NoticeChange, Received } from '@attune/mq';
import { ChangeLog } from './change-log.js';
import { FanOut } from './fan-out.js';
import type { Listener } from './fan-out.js';
import { parsePosition, positionText } from './position.js';

const change: NoticeChange = { entityType: 'execution', entityId: 4, change: 'updated' };

function noticeAt(offset: number, count = 1, messageId: string = randomUUID()): Received<Notice> {
  const timestamp = new Date('2026-01-01T00:00:00Z');
  const envelope = { messageId, correlationId: 'test', type: 'notice', version: 1, timestamp, offset };
  const changes = Array.from({ length: count }, (_, index) => ({ ...change, entityId: index + 1 }));
  return { body: { changes }, envelope, attempt: 1 };
}

/** Ids of what each notice carried. */
function filled(log: ChangeLog, ...counts: number[]): string[][] {
  return counts.map((count, offset) => log.add(noticeAt(offset, count)).map(({ id }) => id));
}

function since(log: ChangeLog, id: string | undefined) {
  const position = parsePosition(id ?? '');
  return position && log.since(position)?.map((each) => each.id);
}

test('what came after a position is the rest of its notice and all later ones', () => {
  const log = new ChangeLog(100);
  const [first = [], second = [], third = []] = filled(log, 3, 0, 2);
  expect(second).toEqual([]);
  expect(since(log, first[0])).toEqual([...first.slice(1), ...third]);
  expect(since(log, first[2])).toEqual(third);
  expect(since(log, third[1])).toEqual([]);
});

test('ids grow, within a notice and from one to the next', () => {
  const numbers = filled(new ChangeLog(100), 3, 70, 2)
    .flat()
    .map((id) => Number.parseInt(id, 10));
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  expect(new Set(numbers).size).toBe(75);
});

test('two readers of the same log give the same ids', () => {
  const notices = [noticeAt(17, 2), noticeAt(18, 3)];
  const [one, two] = [new ChangeLog(10), new ChangeLog(10)].map((log) =>
    notices.flatMap((notice) => log.add(notice)).map(({ id }) => id),
  );
  expect(one).toEqual(two);
});

test('the latest changes are kept, in whole notices; a position before them is out of reach', () => {
  const log = new ChangeLog(10);
  const ids = filled(log, ...Array.from({ length: 40 }, () => 3));
  expect(since(log, ids[36]?.[2])).toEqual(ids.slice(37).flat());
  expect(since(log, ids[35]?.[2])).toBeUndefined();
  expect(since(log, ids[34]?.[2])).toBeUndefined();
  expect(since(log, ids[0]?.[0])).toBeUndefined();
});

test('a position that nobody was given, or of another log, is out of reach', () => {
  const log = new ChangeLog(10);
  const [[id = '']] = filled(log, 1, 1) as [string[]];
  const position = parsePosition(id);
  const future = position && positionText({ ...position, offset: 5 });
  expect(since(log, future)).toBeUndefined();
  expect(
    since(
      log,
      id.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    ),
  ).toBeUndefined();
  for (const text of ['', '0', '-1', '1-', `${id}x`, 'abc', '99999999999999999-00000000', `-${id}`]) {
    expect(parsePosition(text)).toBeUndefined();
  }
});

test('after a gap earlier positions are out of reach, and later ones are not', () => {
  const log = new ChangeLog(10);
  const [[before] = []] = filled(log, 1, 1);
  log.breakOff();
  expect(log.end).toBeUndefined();
  expect(since(log, before)).toBeUndefined();
  const [after] = log.add(noticeAt(9, 2));
  expect(since(log, before)).toBeUndefined();
  expect(since(log, after?.id)).toHaveLength(1);
});

test('a jump in the log is a gap, said or not', () => {
  const log = new ChangeLog(10);
  const [[before] = []] = filled(log, 1, 1);
  log.add(noticeAt(5));
  expect(since(log, before)).toBeUndefined();
});

describe('the fan-out', () => {
  const recorded = () => {
    const told: (number | 'reset')[] = [];
    const listener: Listener = {
      offer: ({ entityId }) => told.push(entityId),
      replay: (changes) => told.push(...changes.map(({ entityId }) => entityId)),
      reset: () => told.push('reset'),
    };
    return { told, listener };
  };

  test('replays what a subscription missed, and then goes on, each change once', () => {
    const fanOut = new FanOut(100);
    fanOut.deliver(noticeAt(0, 1));
    const { position } = fanOut;
    fanOut.deliver(noticeAt(1, 3));
    const { told, listener } = recorded();
    expect(fanOut.subscribe({ owner: listener, id: 'a', filter: {} }, position)).toBe(true);
    fanOut.deliver(noticeAt(2, 2));
    expect(told).toEqual([1, 2, 3, 1, 2]);
  });

  test('replays through the filter', () => {
    const fanOut = new FanOut(100);
    fanOut.deliver(noticeAt(0, 1));
    const { position } = fanOut;
    fanOut.deliver(noticeAt(1, 3));
    const { told, listener } = recorded();
    fanOut.subscribe({ owner: listener, id: 'a', filter: { entityId: 2 } }, position);
    expect(told).toEqual([2]);
  });

  test('says when it cannot, and goes on from now', () => {
    const fanOut = new FanOut(100);
    fanOut.deliver(noticeAt(0, 1));
    const { told, listener } = recorded();
    expect(fanOut.subscribe({ owner: listener, id: 'a', filter: {} }, 'nonsense')).toBe(false);
    fanOut.deliver(noticeAt(1, 2));
    expect(told).toEqual([1, 2]);
  });

  test('tells everybody of a gap', () => {
    const fanOut = new FanOut(100);
    const { told, listener } = recorded();
    fanOut.join(listener);
    fanOut.breakOff();
    fanOut.leave(listener);
    fanOut.breakOff();
    expect(told).toEqual(['reset']);
  });
});
