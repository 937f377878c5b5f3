import type { ComponentDocuments, ComponentFolder } from './documents/document-schemas.js';
import type { PackDocument } from './documents/pack.document.js';
import type { PackFile } from './pack-files.js';
import type { YamlSource } from './source/yaml-source.js';

/** A document with its source, so that later checks can still say where a mistake stands. */
export interface Sourced<T> {
  readonly source: YamlSource;
  readonly document: T;
}

export type Components = { readonly [F in ComponentFolder]: readonly Sourced<ComponentDocuments[F]>[] };

/** Everything a pack says whose shape is right, before its parts are checked against each other. */
export interface PackContents {
  /** Known also when the rest of pack.yaml is wrong. */
  readonly packRef: string;
  readonly manifest: Sourced<PackDocument> | undefined;
  readonly components: Components;
  readonly files: readonly PackFile[];
  /** Refs by folder, also of files that are wrong in other ways: a reference to one of them is not dangling. */
  readonly declaredRefs: { readonly [F in ComponentFolder]: ReadonlySet<string> };
}

/** A pack as its files say, checked: what `installPack` writes. Keys as in the files. */
export type LoadedPack = { readonly [F in ComponentFolder]: readonly ComponentDocuments[F][] } & {
  readonly directory: string;
  readonly manifest: PackDocument;
  /** SHA-256 over the paths, executable bits and bytes of all files, hex. */
  readonly contentHash: string;
};
