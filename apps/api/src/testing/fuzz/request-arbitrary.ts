import fc from 'fast-check';
import { contentTypes, hostileHeaders, hostilePieces, hostileValues } from './hostile-values.js';
import { valuesOf } from './schema-arbitrary.js';
import type { Making } from './schema-arbitrary.js';
import type { Operation, Parameter, Schema } from './served-document.js';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Encoded, with its query; perhaps not well. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** The address may be that of another route, or of none. */
  readonly isElsewhere: boolean;
}

interface Parts {
  path: Record<string, string>;
  query: [string, string][];
  headers: Record<string, string>;
  body: string | undefined;
  isElsewhere: boolean;
}

/** Requests of an operation: as the document says, or spoilt in one place or in two. */
export function requestsOf(operation: Operation, making: Making): fc.Arbitrary<WireRequest> {
  const spoilings = spoilingsOf(operation);
  const spoil = fc.oneof(fc.constant([]), {
    arbitrary: fc.array(spoilings, { minLength: 0, maxLength: 2 }),
    weight: 2,
  });
  return fc.tuple(validParts(operation, making), spoil).map(([parts, changes]) => {
    const spoilt = changes.reduce((before, change) => change(before), parts);
    return wireOf(operation, spoilt);
  });
}

function validParts(operation: Operation, making: Making): fc.Arbitrary<Parts> {
  const fields = (place: Parameter['in'], isKept: boolean) => {
    const own = operation.parameters.filter((parameter) => parameter.in === place);
    const model = own.map(({ name, schema }) => [
      name,
      making.hints(name, schema) ?? valuesOf(schema, making),
    ]);
    const needed = own.filter(({ required }) => required || isKept).map(({ name }) => name);
    const all = Object.fromEntries(model) as Record<string, fc.Arbitrary<unknown>>;
    const bare = Object.fromEntries(Object.entries(all).filter(([name]) => needed.includes(name)));
    // Bare ones too: of many optional parameters, two that exclude each other are nearly always among them.
    return fc.oneof(fc.record(bare), fc.record(all, { requiredKeys: needed }));
  };
  return fc
    .record({
      path: fields('path', true),
      query: fields('query', false),
      headers: fields('header', false),
      body: bodiesOf(operation, making),
    })
    .map(({ path, query, headers, body }) => ({
      path: mapValues(path, (value) => encodeURIComponent(wellFormed(String(value)))),
      query: Object.entries(query).map(([name, value]) => [
        name,
        encodeURIComponent(wellFormed(String(value))),
      ]),
      headers: { ...mapValues(headers, (value) => headerText(String(value))), ...body?.headers },
      body: body?.text,
      isElsewhere: Object.values(path).some((value) => ['', '.', '..'].includes(String(value))),
    }));
}

interface Body {
  headers: Record<string, string>;
  text: string;
}

function bodiesOf({ bodies }: Operation, making: Making): fc.Arbitrary<Body | undefined> {
  if (bodies.length === 0) return fc.constant(undefined);
  return fc.oneof(...bodies.map(([type, schema]) => bodyOf(type, schema, making)));
}

function bodyOf(type: string, schema: Schema, making: Making): fc.Arbitrary<Body> {
  if (type === 'application/json') {
    return valuesOf(schema, making).map((value) => ({
      headers: { 'content-type': type },
      text: JSON.stringify(value),
    }));
  }
  if (type === 'multipart/form-data') return multipart(schema, making);
  const contentType = type.includes('*') ? 'application/octet-stream' : type;
  return fc.string({ maxLength: 200 }).map((text) => ({ headers: { 'content-type': contentType }, text }));
}

function multipart(schema: Schema, making: Making): fc.Arbitrary<Body> {
  return valuesOf(schema, making).map((value) => {
    const parts = Object.entries(value ?? {}).map(
      ([name, part]) =>
        `--fuzz\r\ncontent-disposition: form-data; name="${name}"; filename="f"\r\n\r\n${String(part)}\r\n`,
    );
    return {
      headers: { 'content-type': 'multipart/form-data; boundary=fuzz' },
      text: `${parts.join('')}--fuzz--\r\n`,
    };
  });
}

type Spoiling = (parts: Parts) => Parts;

/** Each is one thing that a careless or a hostile client does. */
function spoilingsOf(operation: Operation): fc.Arbitrary<Spoiling> {
  const placeholders = operation.parameters
    .filter(({ in: place }) => place === 'path')
    .map(({ name }) => name);
  const known = operation.parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name);
  const names = fc.constantFrom(
    ...known,
    'page',
    'page_size',
    'cursor',
    'unknown',
    '__proto__',
    'constructor',
    '',
  );
  const options: fc.Arbitrary<Spoiling>[] = [
    fc.tuple(names, hostilePieces).map(([name, value]) => withQuery(name, value)),
    fc.tuple(names, hostilePieces).map(
      ([name, value]) =>
        (parts) =>
          withQuery(name, value)(withQuery(name, '1')(parts)),
    ),
    hostileHeaders.map((headers) => (parts) => ({ ...parts, headers: { ...parts.headers, ...headers } })),
  ];
  if (placeholders.length > 0) {
    options.push(
      fc.tuple(fc.constantFrom(...placeholders), hostilePieces).map(([name, value]) => (parts) => ({
        ...parts,
        path: { ...parts.path, [name]: value },
        isElsewhere: true,
      })),
    );
  }
  if (operation.method !== 'GET') options.push(...bodySpoilings());
  return fc.oneof(...options);
}

function withQuery(name: string, value: string): Spoiling {
  return (parts) => ({ ...parts, query: [...parts.query, [name, value]] });
}

function bodySpoilings(): fc.Arbitrary<Spoiling>[] {
  const json = { 'content-type': 'application/json' };
  return [
    fc.tuple(fc.nat(), hostileValues).map(([at, value]) => withJson((body) => replaceAt(body, at, value))),
    fc.tuple(fc.nat(), hostileValues).map(([at, value]) => withJson((body) => replaceAt(body, at, value))),
    fc.nat().map((at) => withJson((body) => withoutField(body, at))),
    fc
      .tuple(fc.constantFrom('extra', '__proto__', 'constructor', 'id', ''), hostileValues)
      .map(([name, value]) => withJson((body) => withField(body, name, value))),
    hostileValues.map((value) => withJson(() => value)),
    fc.double({ min: 0, max: 0.99, noNaN: true }).map((share) => (parts) => ({
      ...parts,
      body: parts.body?.slice(0, Math.floor(parts.body.length * share)),
    })),
    contentTypes.map((type) => (parts) => ({
      ...parts,
      headers: { ...parts.headers, 'content-type': type },
    })),
    fc
      .constantFrom(
        '',
        ' ',
        'null',
        '\ufeff{}',
        '{"a":1,"a":2}',
        "{'a':1}",
        '{"a":01}',
        '[',
        '{}{}',
        '\u0000',
        '"',
      )
      .map((body) => (parts) => ({ ...parts, headers: { ...json, ...parts.headers }, body })),
    fc.constant((parts: Parts): Parts => ({ ...parts, body: undefined })),
  ];
}

function withJson(change: (body: unknown) => unknown): Spoiling {
  return (parts) => {
    const body = parts.body === undefined || parts.body === '' ? {} : parse(parts.body);
    const text = JSON.stringify(change(body)) ?? '';
    return { ...parts, headers: { 'content-type': 'application/json', ...parts.headers }, body: text };
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Puts the value where the n-th node of the tree is. */
function replaceAt(body: unknown, at: number, value: unknown): unknown {
  const paths = pathsIn(body);
  return replaced(body, paths[at % paths.length] ?? [], value);
}

function pathsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || path.length > 6) return [path];
  return [path, ...Object.entries(value).flatMap(([name, child]) => pathsIn(child, [...path, name]))];
}

function replaced(value: unknown, [step, ...rest]: string[], leaf: unknown): unknown {
  if (step === undefined) return leaf;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (String(index) === step ? replaced(item, rest, leaf) : item));
  }
  const fields = value as Record<string, unknown>;
  return { ...fields, [step]: replaced(fields[step], rest, leaf) };
}

function withoutField(body: unknown, at: number): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const names = Object.keys(body);
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== names[at % names.length]));
}

function withField(body: unknown, name: string, value: unknown): unknown {
  const fields = typeof body === 'object' && body !== null ? body : {};
  const text = `{${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}}`;
  return { ...fields, [name]: (JSON.parse(text) as Record<string, unknown>)[name] };
}

function wireOf(
  { method, path }: Operation,
  { path: values, query, headers, body, isElsewhere }: Parts,
): WireRequest {
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const search = query.map(([name, value]) => `${name}=${value}`).join('&');
  const target = search === '' ? address : `${address}?${search}`;
  return { method, target: printable(target), headers, body, isElsewhere };
}

/** A request line holds no blanks and no control characters: such a request could not be sent. */
function printable(target: string): string {
  return target.replaceAll(/[^\x21-\x7e]/g, (char) => encodeURIComponent(wellFormed(char)));
}

/** Text without halves of surrogate pairs: those have no encoding in a URL. */
function wellFormed(text: string): string {
  return text.replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').trim();
}

function mapValues<T>(values: Record<string, unknown>, map: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
