import fc from 'fast-check';
import type { Hints } from './schema-arbitrary.js';
import type { Operation, Schema, ServedDocument } from './served-document.js';

/** `rules` → what its list shows: addresses that exist, so that requests reach further than a 404. */
export type KnownThings = ReadonlyMap<string, { refs: string[]; ids: number[] }>;

/** Asks every list of the document for its first page. */
export async function findThings(
  document: ServedDocument,
  read: (path: string) => Promise<unknown>,
): Promise<KnownThings> {
  const lists = document.operations.filter(isList);
  const found = await Promise.all(
    lists.map(async ({ path }) => [path.split('/').at(-1) ?? '', itemsOf(await read(path))] as const),
  );
  const things = found.map(([name, items]) => [
    name,
    { refs: fields(items, 'ref', 'string'), ids: fields(items, 'id', 'number') },
  ]);
  return new Map(things as [string, { refs: string[]; ids: number[] }][]);
}

function isList({ method, path, answers }: Operation): boolean {
  const types = [...(answers.get(200)?.keys() ?? [])];
  return method === 'GET' && !path.includes('{') && types.length === 1 && types[0] === 'application/json';
}

/** Names of fields tell what they refer to: `action_ref`, `enforcement`, and `{ref}` below `/rules`. */
export function hintsFor(operation: Operation, things: KnownThings): Hints {
  const own = /\/(\w+)\/\{/.exec(operation.path)?.[1] ?? operation.path.split('/').at(-1) ?? '';
  return (field, schema) => {
    if (/wait|timeout/.test(field) && isNumber(schema)) return fc.constantFrom(0, 1);
    if (field === 'ref') return refs(things.get(own)?.refs ?? [], schema);
    if (field === 'version' && isNumber(schema)) return fc.constantFrom(1, 2);
    if (field === 'id') return ids(things.get(own)?.ids ?? [], schema);
    const name = field.replace(/_(?:ref|id)$/, '');
    const known = things.get(`${name}s`) ?? things.get(name.replace(/y$/, 'ies'));
    if (known === undefined) return undefined;
    return isNumber(schema) ? ids(known.ids, schema) : refs(known.refs, schema);
  };
}

function refs(known: readonly string[], schema: Schema): fc.Arbitrary<unknown> | undefined {
  if (schema['type'] !== 'string') return undefined;
  const made = fc.stringMatching(/^core\.[a-z]{1,6}$/);
  if (known.length === 0) return made;
  return fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 3 }, { arbitrary: made, weight: 2 });
}

function ids(known: readonly number[], schema: Schema): fc.Arbitrary<unknown> | undefined {
  if (!isNumber(schema)) return undefined;
  const made = fc.integer({ min: 1, max: 30 });
  return known.length === 0 ? made : fc.oneof(fc.constantFrom(...known), made);
}

function isNumber({ type }: Schema): boolean {
  return type === 'integer' || type === 'number';
}

function itemsOf(body: unknown): Record<string, unknown>[] {
  const { items } = body as { items?: Record<string, unknown>[] };
  return items ?? [];
}

function fields(items: readonly Record<string, unknown>[], name: string, type: string): unknown[] {
  return items.map((item) => item[name]).filter((value) => typeof value === type);
}
