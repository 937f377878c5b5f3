import type { ColumnType, GeneratedAlways } from 'kysely';

declare const jsonText: unique symbol;
/** Text that json.ts made: no other string goes into a jsonb column. */
export type JsonText = string & { readonly [jsonText]: true };

/** bigint identity. Sequences stay far below 2^53, so ids are plain numbers. */
export type Id = GeneratedAlways<number>;

/** timestamptz with a default of now(). */
export type Stamp = ColumnType<Date, Date | undefined, Date>;

/** A column the database fills when it is left out. */
export type Defaulted<T> = ColumnType<T, T | undefined, T>;

/** Nullable, and absent means NULL. */
export type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** jsonb NOT NULL, without a default. */
export type RequiredJson<T = unknown> = ColumnType<T, JsonText, JsonText>;

/** jsonb NOT NULL; absent means the default. */
export type Json<T = unknown> = ColumnType<T, JsonText | undefined, JsonText>;

/** jsonb that may be NULL. SQL NULL and the JSON value null both read as null. */
export type NullableJson<T = unknown> = ColumnType<T | null, JsonText | null | undefined, JsonText | null>;
