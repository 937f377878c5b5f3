/** A queue with constant-time ends; an array's shift() is linear. */
export class Fifo<T> {
  /** Given back to the front, last one first out. */
  readonly #front: T[] = [];
  #back: T[] = [];
  #head = 0;

  get length(): number {
    return this.#front.length + this.#back.length - this.#head;
  }

  push(item: T): void {
    this.#back.push(item);
  }

  /** Puts items before all others, in the order given. */
  unshift(items: readonly T[]): void {
    for (let index = items.length - 1; index >= 0; index -= 1) this.#front.push(items[index]!);
  }

  shift(): T | undefined {
    if (this.#front.length > 0) return this.#front.pop();
    if (this.#head === this.#back.length) return undefined;
    const item = this.#back[this.#head];
    this.#head += 1;
    if (this.#head > 1_000 && this.#head * 2 > this.#back.length) {
      this.#back = this.#back.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
