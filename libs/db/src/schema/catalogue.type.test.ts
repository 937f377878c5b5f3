import type { Insertable, Selectable } from 'kysely';
import type { Column, Document } from './catalogue.js';
import type { Catalogue } from './catalogue.gen.js';
import type { Schema } from './index.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type IsUnion<Value> = string extends Value ? false : [Value] extends [string] ? true : false;

/** What the table type says of a value must be what the column holds; texts may be known more closely. */
type ValueFits<Read, Value> = [Value] extends [Document]
  ? true
  : IsUnion<Value> extends true
    ? Same<Read, Value>
    : Read extends Value
      ? true
      : false;

type NullFits<Read, Value, Nullable> = [Value] extends [Document]
  ? true
  : Same<null extends Read ? true : false, Nullable>;

type Has<Value, Part> = Part extends Value ? true : false;

/** A column may be left out exactly when the database fills it or leaves it NULL, and be NULL where it may. */
type InsertFits<Table, Name, Nullable, Filled> = Filled extends 'always'
  ? Same<Name extends keyof Insertable<Table> ? true : false, false>
  : Name extends keyof Insertable<Table>
    ? Same<
        [Has<Insertable<Table>[Name], undefined>, Has<Insertable<Table>[Name], null>],
        [Filled extends 'default' ? true : Nullable, Nullable]
      >
    : false;

type ColumnFits<Table, Name, Described> =
  Described extends Column<infer Value, infer Nullable, infer Filled>
    ? Name extends keyof Selectable<Table>
      ? Selectable<Table>[Name] extends infer Read
        ? [
            ValueFits<Exclude<Read, null>, Value>,
            NullFits<Read, Value, Nullable>,
            InsertFits<Table, Name, Nullable, Filled>,
          ] extends [true, true, true]
          ? true
          : false
        : never
      : false
    : never;

/** `table.column` of all that do not fit, and of all that only one side has. */
type Misfits = {
  [Table in keyof Catalogue]: Table extends keyof Schema
    ? | {
          [Name in keyof Catalogue[Table] & string]: ColumnFits<
            Schema[Table],
            Name,
            Catalogue[Table][Name]
          > extends true
            ? never
            : `${Table}.${Name}`;
        }[keyof Catalogue[Table] & string]
      | `${Table}.${Exclude<keyof Schema[Table], keyof Catalogue[Table]> & string}`
    : Table;
}[keyof Catalogue];

type Nothing<Amiss extends never> = Amiss;

/** These compile only while nothing is amiss; else the compiler names what is. */
export type NoMisfits = Nothing<Misfits>;
export type NoTableUnknownToTheDatabase = Nothing<Exclude<keyof Schema, keyof Catalogue>>;

test('the table types are those of the database', () => {
  const amiss: NoMisfits[] = [];

  expect(amiss).toEqual([]);
});
