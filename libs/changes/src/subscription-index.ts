import type { NoticeChange } from '@attune/mq';
import { matches } from './change-filter.js';
import type { ChangeFilter } from './change-filter.js';

export interface Subscription<Owner> {
  readonly owner: Owner;
  /** Chosen by the owner. */
  readonly id: string;
  readonly filter: ChangeFilter;
}

/**
 * Finds the subscriptions a change concerns without looking at all of them: each lies under the most telling part
 * of its filter.
 */
export class SubscriptionIndex<Owner> {
  readonly #byKey = new Map<string, Set<Subscription<Owner>>>();

  add(subscription: Subscription<Owner>): void {
    const key = keyOf(subscription.filter);
    const under = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, under.add(subscription));
  }

  remove(subscription: Subscription<Owner>): void {
    const key = keyOf(subscription.filter);
    const under = this.#byKey.get(key);
    under?.delete(subscription);
    if (under?.size === 0) this.#byKey.delete(key);
  }

  /** Ids of the matching subscriptions by owner. */
  matching(change: NoticeChange): Map<Owner, string[]> {
    const found = new Map<Owner, string[]>();
    for (const key of keysOf(change)) {
      for (const { owner, id, filter } of this.#byKey.get(key) ?? []) {
        if (matches(filter, change)) found.set(owner, [...(found.get(owner) ?? []), id]);
      }
    }
    return found;
  }
}

function keyOf({ entityId, root, identityId, ref }: ChangeFilter): string {
  if (entityId !== undefined) return `entity ${entityId}`;
  if (root !== undefined) return `root ${root}`;
  if (identityId !== undefined) return `identity ${identityId}`;
  return ref === undefined || ref.endsWith('*') ? 'any' : `ref ${ref}`;
}

function keysOf({ entityId, root, identityId, ref }: NoticeChange): string[] {
  return [`entity ${entityId}`, `root ${root}`, `identity ${identityId}`, `ref ${ref}`, 'any'];
}
