import type { Defaulted } from './column.js';

/** One row. Grows with each change of a definition, in the transaction of that change. */
export interface DefinitionEpochTable {
  singleton: Defaulted<true>;
  epoch: Defaulted<number>;
}
