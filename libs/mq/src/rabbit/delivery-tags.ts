export interface Settled {
  /** All deliveries up to and including this tag are settled by it. */
  upTo?: number;
  /** Tags that need a frame each. */
  single: readonly number[];
}

/**
 * The unsettled deliveries of one channel, in the broker's order. One `multiple` frame settles everything before
 * a tag, so it may cover only deliveries that are all settled alike and at once.
 */
export class DeliveryTags {
  readonly #unsettled = new Set<number>();

  add(tag: number): void {
    this.#unsettled.add(tag);
  }

  /** Takes tags out and tells the fewest frames that settle them; tags that are not there are ignored. */
  take(tags: readonly number[]): Settled {
    const asked = new Set(tags.filter((tag) => this.#unsettled.has(tag)));
    let upTo: number | undefined;
    for (const tag of this.#unsettled) {
      if (!asked.has(tag)) break;
      upTo = tag;
      asked.delete(tag);
      this.#unsettled.delete(tag);
    }
    for (const tag of asked) this.#unsettled.delete(tag);
    const single = [...asked];
    return upTo === undefined ? { single } : { upTo, single };
  }
}
