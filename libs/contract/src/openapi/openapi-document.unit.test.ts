import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { listRoutes } from '../routes.js';
import { errorCodesOf } from './error-part.js';
import { renderOpenApi } from './render-openapi.js';
import type { JsonSchema } from './schema-book.js';

interface Operation {
  operationId: string;
  tags: string[];
  security: Record<string, string[]>[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { $ref?: string }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, { content: Record<string, { schema: JsonSchema }> }>;
  };
}

const document = renderOpenApi(listRoutes()) as unknown as Document;
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(JSON.parse(JSON.stringify(document)) as object, 'openapi');

const operationOf = (method: string, path: string) => document.paths[path]?.[method.toLowerCase()];

test('the document satisfies the schema of OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(JSON.parse(JSON.stringify(document)) as Record<string, unknown>);
  expect(result).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('a document with a fault does not', async () => {
  const faulty = structuredClone(document) as unknown as Record<string, Record<string, unknown>>;
  faulty['paths']!['/x'] = { get: { responses: { 200: { headers: 5 } } } };
  expect(await new Validator().validate(faulty)).toMatchObject({ valid: false });
});

test.each(Object.keys(document.components.schemas))('%s is a schema, and its examples satisfy it', (name) => {
  const check = ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
  const examples = document.components.schemas[name]?.['examples'] ?? [];
  for (const example of examples as unknown[]) {
    expect({ example, valid: check(example), errors: check.errors }).toMatchObject({ valid: true });
  }
});

test('examples of bodies satisfy their schemas', () => {
  const bodies = listRoutes().flatMap(({ route: { method, path } }) => {
    const schema = operationOf(method, path)?.requestBody?.content['application/json']?.schema;
    return schema?.['examples'] === undefined
      ? []
      : [{ path, method, examples: schema['examples'] as unknown[] }];
  });
  expect(bodies.length).toBeGreaterThan(1);
  for (const { path, method, examples } of bodies) {
    const pointer = `/paths/${path.replaceAll('/', '~1').replaceAll(/[{}]/g, encodeURIComponent)}/${method.toLowerCase()}`;
    const check = ajv.compile({ $ref: `openapi#${pointer}/requestBody/content/application~1json/schema` });
    expect(examples.map((example) => [example, check(example)])).toEqual(
      examples.map((each) => [each, true]),
    );
  }
});

test('operations ask for the permission of their route, and stand under their resource', () => {
  for (const { name, route } of listRoutes()) {
    const operation = operationOf(route.method, route.path);
    const roles = route.permission === 'authenticated' ? [] : [route.permission];
    expect({ name, security: operation?.security, tags: operation?.tags }).toEqual({
      name,
      security: route.permission === 'public' ? [] : [{ bearer: roles }],
      tags: [name.split('.')[0]],
    });
  }
});

test('every code that a route may answer is told under its status', () => {
  for (const { name, route } of listRoutes()) {
    const told = Object.values(operationOf(route.method, route.path)?.responses ?? {})
      .flatMap(({ $ref }) => document.components.responses[$ref?.split('/').at(-1) ?? ''] ?? [])
      .flatMap(
        ({ content }) => content['application/json']?.schema['properties'] as { code: { enum: string[] } },
      )
      .flatMap(({ code }) => code.enum);
    expect({ name, told: told.toSorted() }).toEqual({ name, told: errorCodesOf(route).toSorted() });
  }
});

test('a change of a versioned definition may be too late, a keyed request under way', () => {
  const codes = (name: string) => errorCodesOf(listRoutes().find((each) => each.name === name)!.route);
  expect(codes('rules.update')).toEqual(expect.arrayContaining(['PRECONDITION_FAILED', 'NOT_FOUND']));
  expect(codes('events.record')).toEqual(expect.arrayContaining(['CONFLICT', 'VALIDATION_ERROR']));
  expect(codes('rules.get')).not.toContain('PRECONDITION_FAILED');
  expect(codes('auth.login')).not.toContain('FORBIDDEN');
});
