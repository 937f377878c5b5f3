import type { Grant, Principal } from '@attune/domain';
import type { Change } from './change.js';
import { shownChange } from './change.js';
import { Delivery } from './delivery.js';
import type { DeliveryOptions } from './delivery.js';
import { StreamSlots } from './stream-slots.js';

const hour = 3_600_000;
const change = (id: number, entityType = 'execution'): Change => ({
  entityType,
  entityId: id,
  change: 'updated',
  id: `${id}-00000000`,
  at: new Date('2026-01-01T00:00:00Z'),
  ref: 'core.echo',
  packRef: 'core',
  root: 2,
  parent: 2,
  identityId: 7,
  ownerRef: 'core',
  status: 'running',
});

const principal = (...grants: Grant[]): Principal => ({
  kind: 'identity',
  tokenKind: 'access',
  identityId: 7,
  login: 'ada',
  grants,
});
const reader = principal({ resource: 'executions', actions: ['read'] });

function delivery(options: Partial<DeliveryOptions> = {}) {
  return new Delivery({ principal: async () => reader, maxWaiting: 3, onTooSlow: () => {}, ...options });
}

async function nextId(from: Delivery): Promise<number | string | undefined> {
  const told = await from.next(hour);
  return told?.kind === 'change' ? told.change.entityId : told?.kind;
}

test('changes come in order, with the subscriptions they are for', async () => {
  const one = delivery();
  one.offer(change(1), ['a', 'b']);
  one.offer(change(2), ['a']);
  expect(await one.next(hour)).toMatchObject({ change: { entityId: 1 }, subscriptionIds: ['a', 'b'] });
  expect(await one.next(hour)).toMatchObject({ change: { entityId: 2 }, subscriptionIds: ['a'] });
});

test('the wire form leaves out what only decides who is told', () => {
  expect(shownChange(change(4))).toEqual({
    id: '4-00000000',
    at: '2026-01-01T00:00:00.000Z',
    entity_type: 'execution',
    entity_id: 4,
    change: 'updated',
    ref: 'core.echo',
    pack_ref: 'core',
    root: 2,
    status: 'running',
  });
});

test('a change that may not be read is passed over', async () => {
  const one = delivery();
  one.offer(change(1, 'key'), ['a']);
  one.offer(change(2), ['a']);
  expect(await nextId(one)).toBe(2);
});

test('whether it may be read is decided when it is taken, and not when it came', async () => {
  let current = reader;
  const one = delivery({ principal: async () => current });
  one.offer(change(1), ['a']);
  one.offer(change(2), ['a']);
  expect(await nextId(one)).toBe(1);
  current = principal();
  expect(await one.next(5)).toBeUndefined();
  current = reader;
  one.offer(change(3), ['a']);
  expect(await nextId(one)).toBe(3);
});

test('whoever may not listen any more gets nothing but the reason', async () => {
  const over = new Error('over');
  const one = delivery({ principal: () => Promise.reject(over) });
  one.offer(change(1), ['a']);
  await expect(one.next(hour)).rejects.toBe(over);
});

test('a wait ends with the next change, after a quiet while, or when it is stopped', async () => {
  const one = delivery();
  const first = nextId(one);
  one.offer(change(1), ['a']);
  expect(await first).toBe(1);
  expect(await one.next(5)).toBeUndefined();
  const last = one.next(hour);
  one.stop();
  expect(await last).toBeUndefined();
  one.offer(change(2), ['a']);
  expect(await one.next(hour)).toBeUndefined();
});

test('who does not take them is cut off once, and nothing is held for it', async () => {
  const cut = jest.fn();
  const one = delivery({ onTooSlow: cut });
  for (let id = 1; id <= 10; id += 1) one.offer(change(id), ['a']);
  expect(cut).toHaveBeenCalledTimes(1);
  expect(one.isIdle).toBe(true);
});

test('what was missed may be more than what may wait; what comes meanwhile may not', async () => {
  const cut = jest.fn();
  const missed = [1, 2, 3, 4, 5, 6].map((id) => change(id));
  const one = delivery({ onTooSlow: cut });
  one.replay(missed, 'a');
  for (const id of [7, 8, 9]) one.offer(change(id), ['a']);
  expect(cut).not.toHaveBeenCalled();
  one.offer(change(10), ['a']);
  expect(cut).toHaveBeenCalledTimes(1);
});

test('replaying again and again is no way to hold more', () => {
  const cut = jest.fn();
  const one = delivery({ onTooSlow: cut });
  for (const id of ['a', 'b', 'c']) one.replay([change(1), change(2), change(3), change(4)], id);
  expect(cut).toHaveBeenCalledTimes(1);
});

test('a gap comes in its place: before it nothing that waited, after it what follows', async () => {
  const one = delivery();
  one.offer(change(1), ['a']);
  one.reset();
  one.offer(change(2), ['a']);
  expect([await nextId(one), await nextId(one)]).toEqual(['reset', 2]);
});

test('places for streams are limited in all and for each account, and given back once', () => {
  const slots = new StreamSlots({ max: 3, maxPerIdentity: 2 });
  const first = slots.take(1);
  slots.take(1);
  expect(() => slots.take(1)).toThrow('this account has 2 streams open already');
  slots.take(2);
  expect(() => slots.take(3)).toThrow('this server has 3 streams open already');
  first();
  first();
  slots.take(3);
  expect(() => slots.take(1)).toThrow('this server has 3 streams open already');
});
