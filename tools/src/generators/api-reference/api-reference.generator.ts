import { codesOfEveryRoute, listRoutes, renderOpenApi } from '@attune/contract';
import type { GeneratedFile } from '../../generated-file.js';
import { answerRows, bodyRows, formsOf } from './field-rows.js';
import type { OpenApiDocument, Schema } from './openapi-document.js';
import { operationSection } from './operation-section.js';
import type { NamedOperation } from './operation-section.js';
import { table, typeOf } from './schema-text.js';

export function apiReferencePages(): GeneratedFile[] {
  const document = renderOpenApi(listRoutes()) as unknown as OpenApiDocument;
  return [{ path: 'docs/reference/api.md', content: renderApiReference(document) }];
}

/** Every operation of the document under its resource, then the shapes they speak of. */
export function renderApiReference(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const resources = document.tags.flatMap(({ name }) => [
    '',
    `## ${name}`,
    ...overview(ofResource(operations, name)),
    ...ofResource(operations, name).flatMap(operationSection),
  ]);
  const shapes = Object.entries(document.components.schemas)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, schema]) => shapeSection(name, schema));
  return [...introduction(document), ...resources, '', '## Shapes', ...shapes, ''].join('\n');
}

function introduction({ tags }: OpenApiDocument): string[] {
  return [
    '# API',
    '',
    'Generated from `libs/contract`. The same as OpenAPI 3.1: `/openapi.json`; to try it out: `/docs`.',
    '',
    `Resources: ${tags.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(', ')}, and the [shapes](#shapes) they speak of.`,
    '',
    'One thing is answered as `{"data": …}`, a list as `{"items": […], "pagination": …}` ([Pagination](#pagination)),',
    'what is wrong as [Error](#error). `warnings` names fields that were not known, and ignored. Changes take partial',
    'bodies: absent keeps, null clears. Definitions are addressed by ref or id. Tokens are sent as',
    '`Authorization: Bearer …`; each answer has an `X-Request-Id`.',
    '',
    `Beside the errors named below, any operation may answer ${codesOfEveryRoute.map((code) => `\`${code}\``).join(', ')}.`,
  ];
}

function overview(operations: readonly NamedOperation[]): string[] {
  const rows = operations.map(({ method, path, operation }) => [
    `[${operation.operationId}](#${operation.operationId.toLowerCase().replaceAll('.', '')})`,
    `\`${method.toUpperCase()} ${path}\``,
    operation.summary,
  ]);
  return table(['operation', 'request', 'meaning'], rows);
}

function ofResource(operations: readonly NamedOperation[], name: string): NamedOperation[] {
  return operations.filter(({ operation }) => operation.tags.includes(name));
}

function shapeSection(name: string, schema: Schema): string[] {
  const { description } = schema;
  const isPlain = schema.properties === undefined && formsOf(schema).length === 0;
  return [
    '',
    `### ${name}`,
    ...(description === undefined ? [] : ['', description]),
    ...(isPlain ? ['', typeOf(schema)] : table(['field', 'type', 'meaning'], rowsOf(name, schema))),
  ];
}

/** Shapes that are only sent are called so, or have a twin that is answered. */
function rowsOf(name: string, schema: Schema) {
  return name.endsWith('Input') ? bodyRows(schema) : answerRows(schema);
}
