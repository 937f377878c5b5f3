import type { Schema } from './openapi-document.js';
import { typeOf } from './schema-text.js';

/** Field, type and meaning. */
export type FieldRow = readonly [field: string, type: string, meaning: string];

interface Place {
  /** `events[].` */
  prefix: string;
  /** Of which form of a union the fields are. */
  form: string | undefined;
  isAnswer: boolean;
}

/** Rows of something that is sent to the server. */
export function bodyRows(schema: Schema): FieldRow[] {
  return fieldRows(schema, { prefix: '', form: undefined, isAnswer: false });
}

/** Rows of something that the server answers. */
export function answerRows(schema: Schema): FieldRow[] {
  return fieldRows(schema, { prefix: '', form: undefined, isAnswer: true });
}

/** Forms a body may take, beside null. */
export function formsOf(schema: Schema): readonly Schema[] {
  return (schema.anyOf ?? schema.oneOf ?? []).filter(({ type }) => type !== 'null');
}

/** One row for each field at any depth; what has a name of its own is only referred to. */
function fieldRows(schema: Schema, place: Place): FieldRow[] {
  if (schema.items !== undefined) return fieldRows(schema.items, { ...place, prefix: `${stem(place)}[].` });
  const forms = formsOf(schema);
  if (forms.length > 0) {
    return forms.flatMap((form) => fieldRows(form, { ...place, form: titleOf(form) ?? place.form }));
  }
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    rowsOf(schema, name, place, field),
  );
}

function rowsOf(owner: Schema, name: string, place: Place, field: Schema): FieldRow[] {
  const isRequired = owner.required?.includes(name) ?? false;
  const path = `${place.prefix}${name}`;
  const below = fieldRows(field, { ...place, prefix: `${path}.` });
  return [[`\`${path}\``, shortType(field, below), meaningOf(field, place, isRequired)], ...below];
}

/** The fields of an inline object stand in rows of their own. */
function shortType(field: Schema, below: readonly FieldRow[]): string {
  if (below.length === 0) return typeOf(field);
  if (field.items !== undefined) return 'list of objects';
  return formsOf(field).length > 1 ? 'object, one of several forms' : 'object';
}

function meaningOf(field: Schema, { form, isAnswer }: Place, isRequired: boolean): string {
  return [
    ...(form === undefined ? [] : [`(${form})`]),
    ...presence(isRequired, isAnswer),
    ...(field.description === undefined ? [] : [field.description]),
    ...(field.default === undefined ? [] : [`Default \`${JSON.stringify(field.default)}\``]),
  ].join(' · ');
}

function presence(isRequired: boolean, isAnswer: boolean): string[] {
  if (isAnswer) return isRequired ? [] : ['may be absent'];
  return isRequired ? ['**required**'] : [];
}

/** A form is called by the one value that tells it from the others. */
function titleOf(form: Schema): string | undefined {
  const value = Object.values(form.properties ?? {}).find((field) => field.const !== undefined)?.const;
  return value === undefined ? undefined : String(value);
}

function stem({ prefix }: Place): string {
  return prefix.replace(/\.$/, '');
}
