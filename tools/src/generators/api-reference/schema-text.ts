import type { Literal, Schema } from './openapi-document.js';

/** A schema in a few words: `string, 1 to 255 characters`, `list of [Rule](#rule)`, `` `POST` or `PUT` ``. */
export function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return linkTo(nameOf(schema.$ref));
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return either(schema.enum.map(code));
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return either([...new Set(options.map(typeOf))]);
  return `${plainType(schema)}${limits(schema)}`;
}

export function nameOf(ref: string): string {
  return ref.split('/').at(-1) ?? ref;
}

export function linkTo(name: string): string {
  return `[${name}](#${name.toLowerCase()})`;
}

/** Text of one cell of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return ['', line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function plainType(schema: Schema): string {
  const { type, items, format, additionalProperties } = schema;
  if (type === 'array') return items === undefined ? 'list' : `list of ${typeOf(items)}`;
  if (type === 'object' && typeof additionalProperties === 'object' && isTyped(additionalProperties)) {
    return `object of ${typeOf(additionalProperties)}`;
  }
  if (format === 'date-time') return 'instant';
  if (Array.isArray(type)) return either([...type]);
  return typeof type === 'string' ? type : 'any JSON';
}

function isTyped(schema: Schema): boolean {
  return schema.type !== undefined || schema.$ref !== undefined || schema.anyOf !== undefined;
}

/** The bounds somebody chose; those of a safe integer are nobody's choice. */
function limits({ minimum, maximum, minLength, maxLength }: Schema): string {
  if (minLength === 1 && maxLength === undefined) return ', not empty';
  if (minLength === undefined && maxLength === undefined) return range(chosen(minimum), chosen(maximum));
  return `${range(minLength, maxLength)} characters`;
}

function range(low: number | undefined, high: number | undefined): string {
  if (low !== undefined && high !== undefined) return `, ${low} to ${high}`;
  if (low !== undefined) return `, at least ${low}`;
  return high === undefined ? '' : `, at most ${high}`;
}

function chosen(bound: number | undefined): number | undefined {
  return bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
}

function either(options: readonly string[]): string {
  if (options.length < 2) return options[0] ?? 'nothing';
  return `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`;
}

function code(value: Literal): string {
  return value === null ? 'null' : `\`${String(value)}\``;
}
