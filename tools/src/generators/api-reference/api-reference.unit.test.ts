import { defineRoute, one, renderOpenApi } from '@attune/contract';
import { z } from 'zod';
import { renderApiReference } from './api-reference.generator.js';
import type { OpenApiDocument } from './openapi-document.js';

const door = z.object({ id: z.int(), colour: z.string().nullable().optional() }).meta({ id: 'Door' });
const open = defineRoute({
  method: 'POST',
  path: '/doors/{id}/open',
  summary: 'Open a door',
  permission: 'rules:update',
  params: z.object({ id: z.coerce.number().int().positive() }),
  query: z.object({ quietly: z.stringbool().optional().describe('Without a | sound') }),
  body: z.object({
    width: z.int().min(1).max(90).default(90).describe('In degrees'),
    key: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('code'), digits: z.string().min(1) }),
      z.object({ kind: z.literal('card'), number: z.int() }),
    ]),
  }),
  response: one(door),
  errors: ['CONFLICT'],
});

function render() {
  const document = renderOpenApi([{ name: 'doors.open', route: open }]);
  return renderApiReference(document as unknown as OpenApiDocument);
}

test('an operation says how it is asked, who may, and what is answered', () => {
  const page = render();
  expect(page).toContain('`POST /doors/{id}/open`\n\nOpen a door. Needs `rules:update`.');
  expect(page).toContain('Answers `200` with [Door](#door).');
  expect(page).toContain('409 `CONFLICT`');
  expect(page).not.toContain('500 `INTERNAL_SERVER_ERROR`');
});

test('fields have type, bounds, default and meaning, at any depth and in every form', () => {
  const page = render();
  expect(page).toContain('| `width` | integer, 1 to 90 | In degrees · Default `90` |');
  expect(page).toContain('| `key` | object, one of several forms | **required** |');
  expect(page).toContain('| `key.digits` | string, not empty | (code) · **required** |');
  expect(page).toContain('| `key.number` | integer | (card) · **required** |');
});

test('what would end a cell of a table does not', () => {
  expect(render()).toContain(
    String.raw`| \`quietly\` | query | boolean | Without a \| sound |`.replaceAll('\\`', '`'),
  );
});

test('shapes stand once, at the end', () => {
  expect(render().split('### Door')).toHaveLength(2);
  expect(render()).toContain('| `colour` | string or null | may be absent |');
});
