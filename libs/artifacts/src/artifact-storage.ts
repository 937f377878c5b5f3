import type { Readable } from 'node:stream';

import type { ByteRange } from './byte-range.js';

/** Bytes in their order, read once. Its iterator is told when no more of them are wanted. */
export type ByteSource = AsyncIterable<Uint8Array>;

export interface StoredBytes {
  /** Made by the storage: letters and digits, never again the same. */
  readonly key: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** When they were complete, by the clock that also tells their age. */
  readonly storedAt: Date;
}

/** What is older: so that nothing is taken for left over while somebody works on it. */
export interface Age {
  readonly olderThanMs: number;
}

/**
 * Where the bytes of artifacts are: files now, an object store when one is needed. It knows keys and bytes, and nothing
 * of artifacts: which keys count is what rows say. `describeStorage` holds an implementation to what is promised here.
 *
 * NotFoundError for a key that has no bytes, also when it is none that this storage would make. TransientError when the
 * medium fails, is full or cannot be reached; its cause has the details, its message has no paths.
 */
export interface ArtifactStorage {
  /**
   * Keeps bytes under a new key: durably and whole when it resolves, and not at all when it rejects. What the source
   * throws is thrown on. PayloadTooLargeError as soon as there are more than `limit` bytes. Never holds more than a
   * few chunks in memory.
   */
  put(content: ByteSource, options?: { readonly limit?: number | undefined }): Promise<StoredBytes>;

  /** The bytes, or those of a range within them. They are read as they are consumed: consume or destroy the stream. */
  open(key: string, range?: ByteRange): Promise<Readable>;

  stat(key: string): Promise<{ size: number; storedAt: Date } | undefined>;

  /** Idempotent: resolves when there are no bytes under the key, whoever removed them. */
  remove(key: string): Promise<void>;

  /** Keys in their order, those after `after`; what is put or removed meanwhile may be among them or not. */
  keys(which: Age & { readonly after?: string | undefined }): AsyncIterable<string>;

  /** Removes at most `limit` uploads that were begun and never completed. Resolves with how many. */
  removeUnfinished(which: Age & { readonly limit: number }): Promise<number>;
}
