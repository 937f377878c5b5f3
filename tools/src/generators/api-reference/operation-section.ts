import { codesOfEveryRoute } from '@attune/contract';
import { answerRows, bodyRows, formsOf } from './field-rows.js';
import type { Content, Operation, Schema } from './openapi-document.js';
import { linkTo, nameOf, table, typeOf } from './schema-text.js';

export interface NamedOperation {
  method: string;
  path: string;
  operation: Operation;
}

export function operationSection({ method, path, operation }: NamedOperation): string[] {
  return [
    '',
    `### ${operation.operationId}`,
    '',
    `\`${method.toUpperCase()} ${path}\``,
    '',
    `${operation.summary}. ${permissionOf(operation)}.`,
    ...(operation.description === undefined ? [] : ['', operation.description]),
    ...parameterTable(operation),
    ...bodyPart(operation),
    ...answerPart(operation),
    ...errorPart(operation),
  ];
}

function permissionOf({ 'x-attune-permission': permission }: Operation): string {
  if (permission === 'public') return 'Open to everybody';
  return permission === 'authenticated' ? 'Needs any valid token' : `Needs \`${permission}\``;
}

function parameterTable({ parameters = [] }: Operation): string[] {
  const rows = parameters.map(({ name, in: place, required, description = '', schema }) => [
    `\`${name}\``,
    place,
    typeOf(schema),
    required && place !== 'path' ? `**required** · ${description}` : description,
  ]);
  return table(['parameter', 'in', 'type', 'meaning'], rows);
}

function bodyPart({ requestBody }: Operation): string[] {
  return Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema }]) => [
    '',
    type === 'application/json'
      ? `Body${referenceIn(schema)}:`
      : `Body: ${type === '*/*' ? 'any' : `\`${type}\``}${referenceIn(schema)}.`,
    ...formsOrFields(schema),
  ]);
}

function referenceIn(schema: Schema): string {
  return schema.$ref === undefined ? '' : ` ${linkTo(nameOf(schema.$ref))}`;
}

function formsOrFields(schema: Schema): string[] {
  const head = ['field', 'type', 'meaning'];
  const forms = formsOf(schema);
  if (forms.length < 2) return table(head, bodyRows(schema));
  return forms.flatMap((form, index) => [
    '',
    `${index === 0 ? 'Either' : 'or'}${referenceIn(form)}${form.$ref === undefined ? ':' : ','}`,
    ...table(head, bodyRows(form)),
  ]);
}

function answerPart({ responses }: Operation): string[] {
  return Object.entries(responses).flatMap(([status, { content }]) => {
    if (content === undefined) return [];
    return [
      '',
      `Answers \`${status}\` with ${answerOf(content)}.`,
      ...answerFields(content),
      ...eventLines(content),
    ];
  });
}

function answerOf(content: Content): string {
  const envelope = content['application/json']?.schema;
  if (envelope === undefined) {
    return Object.keys(content)
      .map((type) => `\`${type}\``)
      .join(' or ');
  }
  const inner = withoutEnvelope(envelope);
  const what = inner.properties === undefined ? typeOf(inner) : 'these fields';
  if (isPage(envelope)) return `a page of ${what}`;
  return inner === envelope ? `${what}, without an envelope` : what;
}

function answerFields(content: Content): string[] {
  const envelope = content['application/json']?.schema;
  return envelope === undefined
    ? []
    : table(['field', 'type', 'meaning'], answerRows(withoutEnvelope(envelope)));
}

function withoutEnvelope(schema: Schema): Schema {
  const { data, items } = schema.properties ?? {};
  if (isPage(schema) && items?.items !== undefined) return items.items;
  return data ?? schema;
}

function isPage({ properties }: Schema): boolean {
  return properties?.['pagination'] !== undefined;
}

function eventLines(content: Content): string[] {
  const events = Object.entries(content['text/event-stream']?.['x-attune-events'] ?? {});
  if (events.length === 0) return [];
  const list = events.map(([name, schema]) => `\`${name}\` (${typeOf(schema)})`).join(', ');
  return ['', `As \`text/event-stream\`: ${list}.`];
}

function errorPart({ responses }: Operation): string[] {
  const errors = Object.entries(responses).flatMap(([status, response]) =>
    codesIn(response).map((code) => `${status} \`${code}\``),
  );
  return errors.length === 0 ? [] : ['', `Errors: ${errors.join(', ')}.`];
}

function codesIn(response: Operation['responses'][string]): string[] {
  if (response.$ref === undefined) return [];
  return nameOf(response.$ref)
    .split('_OR_')
    .filter((code) => !codesOfEveryRoute.some((each) => each === code));
}
