import type { Grant, Principal } from '@attune/domain';
import type { NoticeChange } from '@attune/mq';
import { matches } from './change-filter.js';
import { ChangeLog } from './change-log.js';
import { Delivery, TooSlowError } from './delivery.js';
import { mayRead } from './may-read.js';
import { SubscriptionIndex } from './subscription-index.js';

const change: NoticeChange = {
  entityType: 'execution',
  entityId: 4,
  change: 'updated',
  ref: 'core.echo',
  packRef: 'core',
  root: 2,
  identityId: 7,
  status: 'running',
};
const at = new Date('2026-01-01T00:00:00Z');

const principal = (...grants: Grant[]): Principal => ({
  kind: 'identity',
  tokenKind: 'access',
  identityId: 7,
  login: 'ada',
  grants,
});

describe('a filter', () => {
  test.each([
    [{}, true],
    [{ entityTypes: ['rule', 'execution'] }, true],
    [{ entityTypes: ['rule'] }, false],
    [{ entityId: 4 }, true],
    [{ entityId: 5 }, false],
    [{ root: 2 }, true],
    [{ root: 4 }, false],
    [{ ref: 'core.echo' }, true],
    [{ ref: 'core.*' }, true],
    [{ ref: 'core.e' }, false],
    [{ ref: 'other.*' }, false],
    [{ identityId: 7 }, true],
    [{ identityId: 8 }, false],
    [{ entityTypes: ['execution'], root: 2, ref: 'core.echo', identityId: 8 }, false],
  ])('%j lets the change through: %s', (filter, expected) => {
    expect(matches(filter, change)).toBe(expected);
  });

  test('that asks for something a change does not say lets it not through', () => {
    const bare: NoticeChange = { entityType: 'event', entityId: 1, change: 'created' };
    for (const filter of [{ root: 1 }, { ref: 'a.*' }, { ref: 'a.b' }, { identityId: 7 }]) {
      expect(matches(filter, bare)).toBe(false);
    }
  });
});

describe('the index of subscriptions', () => {
  const filters = [
    {},
    { entityTypes: ['execution'] },
    { entityTypes: ['rule'] },
    { entityId: 4 },
    { entityId: 5 },
    { root: 2, entityTypes: ['execution'] },
    { ref: 'core.echo' },
    { ref: 'core.*' },
    { identityId: 7, ref: 'core.echo' },
    { identityId: 8 },
  ];

  test('finds exactly the subscriptions whose filter matches', () => {
    const index = new SubscriptionIndex<string>();
    filters.forEach((filter, id) => index.add({ owner: 'ada', id: String(id), filter }));
    const expected = filters.flatMap((filter, id) => (matches(filter, change) ? [String(id)] : []));
    expect(index.matching(change).get('ada')?.sort()).toEqual(expected);
  });

  test('forgets what is removed, and nothing else', () => {
    const index = new SubscriptionIndex<string>();
    const subscriptions = ['one', 'two'].map((id) => ({ owner: 'ada', id, filter: { entityId: 4 } }));
    subscriptions.forEach((subscription) => index.add(subscription));
    const [one] = subscriptions;
    if (one !== undefined) index.remove(one);
    expect([...index.matching(change)]).toEqual([['ada', ['two']]]);
  });
});

describe('the log of changes', () => {
  const filled = (count: number, capacity = 10) => {
    const log = new ChangeLog(capacity);
    for (let index = 0; index < count; index += 1) log.add(change, at);
    return log;
  };

  test('numbers changes and gives those after a position', () => {
    const log = filled(5);
    expect(log.since({ stream: log.stream, after: 3 })?.map(({ id }) => id)).toEqual([4, 5]);
    expect(log.since({ stream: log.stream, after: 5 })).toEqual([]);
  });

  test('keeps the latest ones and says when a position is out of reach', () => {
    const log = filled(35);
    expect(log.since({ stream: log.stream, after: 25 })).toHaveLength(10);
    expect(log.since({ stream: log.stream, after: 24 })).toBeUndefined();
    expect(log.since({ stream: log.stream, after: 36 })).toBeUndefined();
    expect(log.since({ stream: 'of another notifier', after: 30 })).toBeUndefined();
  });

  test('with no capacity only the present is in reach', () => {
    const log = filled(3, 0);
    expect(log.since({ stream: log.stream, after: 3 })).toEqual([]);
    expect(log.since({ stream: log.stream, after: 2 })).toBeUndefined();
  });

  test('after a gap earlier positions are out of reach, and ids go on growing', () => {
    const log = filled(3);
    const before = { stream: log.stream, after: 3 };
    log.breakOff();
    expect(log.since(before)).toBeUndefined();
    expect(log.add(change, at).id).toBe(4);
  });
});

describe('who may read a change', () => {
  test.each([
    ['a grant on the kind of row', [{ resource: 'executions', actions: ['read'] }], true],
    ['a grant on another kind', [{ resource: 'rules', actions: ['read'] }], false],
    ['a grant for something else', [{ resource: 'executions', actions: ['cancel'] }], false],
    ['its pack', [{ resource: 'executions', actions: ['read'], constraints: { pack_refs: ['core'] } }], true],
    [
      'another pack',
      [{ resource: 'executions', actions: ['read'], constraints: { pack_refs: ['x'] } }],
      false,
    ],
    ['its owner', [{ resource: 'executions', actions: ['read'], constraints: { owner: 'self' } }], true],
    ['no grant at all', [], false],
  ] as [string, Grant[], boolean][])('%s', (_what, grants, expected) => {
    expect(mayRead(principal(...grants), change)).toBe(expected);
  });

  test('a limit on what the notice does not say lets nothing through', () => {
    const grant: Grant = { resource: 'events', actions: ['read'], constraints: { pack_refs: ['core'] } };
    expect(mayRead(principal(grant), { entityType: 'event', entityId: 1, change: 'created' })).toBe(false);
  });

  test('kinds of rows nobody knows are for nobody', () => {
    const grants = (['executions', 'system', 'keys'] as const).map((resource): Grant => ({
      resource,
      actions: ['read'],
    }));
    expect(mayRead(principal(...grants), { ...change, entityType: 'master_key' })).toBe(false);
  });
});

describe('delivery to one client', () => {
  const reader = principal({ resource: 'executions', actions: ['read'] });
  const numbered = (id: number) => ({ ...change, id, at });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  test('keeps the order and shows the wire form, without what only decides', async () => {
    const frames: string[] = [];
    const delivery = new Delivery({
      principal: async () => reader,
      send: (frame) => frames.push(frame),
      fail: () => undefined,
    });
    delivery.offer(numbered(1), ['a', 'b']);
    delivery.offer(numbered(2), ['a']);
    await settled();
    expect(frames.map((frame) => JSON.parse(frame) as unknown)).toEqual([
      {
        type: 'change',
        subscriptions: ['a', 'b'],
        id: 1,
        at: '2026-01-01T00:00:00.000Z',
        entity_type: 'execution',
        entity_id: 4,
        change: 'updated',
        ref: 'core.echo',
        pack_ref: 'core',
        root: 2,
        status: 'running',
      },
      expect.objectContaining({ id: 2, subscriptions: ['a'] }),
    ]);
  });

  test('asks for the grants again for what came later', async () => {
    const frames: string[] = [];
    let current = reader;
    const delivery = new Delivery({
      principal: async () => current,
      send: (frame) => frames.push(frame),
      fail: () => undefined,
    });
    delivery.offer(numbered(1), ['a']);
    await settled();
    current = principal();
    delivery.offer(numbered(2), ['a']);
    await settled();
    expect(frames).toHaveLength(1);
  });

  test('ends with the reason when the client may not listen any more, and sends nothing', async () => {
    const failures: unknown[] = [];
    const frames: string[] = [];
    const over = new Error('over');
    const delivery = new Delivery({
      principal: () => Promise.reject(over),
      send: (frame) => frames.push(frame),
      fail: (error) => failures.push(error),
    });
    delivery.offer(numbered(1), ['a']);
    await settled();
    expect({ failures, frames }).toEqual({ failures: [over], frames: [] });
  });

  test('holds a bounded number of changes', () => {
    const failures: unknown[] = [];
    const delivery = new Delivery({
      principal: () => new Promise(() => {}),
      send: () => undefined,
      fail: (error) => failures.push(error),
    });
    for (let id = 1; id <= 10_001; id += 1) delivery.offer(numbered(id), ['a']);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toBeInstanceOf(TooSlowError);
  });
});
