import type { NoticeChange } from '@attune/mq';
import { matches } from './change-filter.js';
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
