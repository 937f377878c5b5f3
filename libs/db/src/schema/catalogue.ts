/** A column as the database knows it. */
export interface Column<Value, Nullable extends boolean, Filled extends 'no' | 'default' | 'always'> {
  value: Value;
  nullable: Nullable;
  /** Whether the database fills it when it is left out, or always. */
  filled: Filled;
}

declare const document: unique symbol;
/** Any JSON: what is in it is said by the table types alone. */
export interface Document {
  [document]: true;
}
