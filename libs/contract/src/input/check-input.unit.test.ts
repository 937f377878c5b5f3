import type { z } from 'zod';
import { routes } from '../routes.js';
import { checkInput } from './check-input.js';

const ruleBody = routes.rules.create.body;
const eventBody = routes.events.record.body;

function faults(schema: z.ZodType, value: unknown) {
  const checked = checkInput(schema, value, 'body');
  return checked.ok ? [] : checked.details;
}

test('a correct body has neither faults nor warnings', () => {
  const body = { ref: 'ops.disk', label: 'Disk', trigger_ref: 'ops.full', action_ref: 'core.echo' };
  expect(checkInput(ruleBody, body, 'body')).toEqual({
    ok: true,
    value: { ...body, trigger_params: {}, action_params: {}, enabled: true },
    warnings: [],
  });
});

test('an unknown field is dropped and reported with the field that was meant', () => {
  const checked = checkInput(
    routes.executions.execute.body,
    { action_ref: 'core.echo', paramters: {} },
    'body',
  );
  expect(checked).toEqual({
    ok: true,
    value: { action_ref: 'core.echo', parameters: {} },
    warnings: ["unknown field 'paramters' ignored; did you mean 'parameters'?"],
  });
});

test('an unknown query parameter is called one', () => {
  const checked = checkInput(routes.rules.list.query, { enabeld: 'true' }, 'query');
  expect(checked).toMatchObject({
    warnings: ["unknown query parameter 'enabeld' ignored; did you mean 'enabled'?"],
  });
});

test('a field that is set already is not offered for an unknown one', () => {
  const checked = checkInput(
    routes.executions.execute.body,
    { action_ref: 'a.b', action_reff: 'a.c' },
    'body',
  );
  expect(checked).toMatchObject({ warnings: ["unknown field 'action_reff' ignored"] });
});

test('unknown fields are found in every element of a list', () => {
  const events = [{ trigger_ref: 'a.b' }, { trigger_ref: 'a.b', paylod: 1 }];
  expect(checkInput(eventBody, { events }, 'body')).toMatchObject({
    warnings: ["unknown field 'events[1].paylod' ignored; did you mean 'payload'?"],
  });
});

test('free-form JSON has no unknown fields', () => {
  const event = { trigger_ref: 'a.b', payload: { anything: { goes: [1] } }, config: { x: 1 } };
  expect(checkInput(eventBody, event, 'body')).toMatchObject({ ok: true, warnings: [] });
});

test('a missing field that was misspelt names the spelling', () => {
  expect(faults(routes.executions.execute.body, { action_reff: 'core.echo' })).toEqual([
    {
      path: 'action_ref',
      message: 'is required',
      hint: "'action_reff' is not known here; did you mean 'action_ref'?",
    },
  ]);
});

test('of a union the faults of the form that was meant are told', () => {
  expect(faults(eventBody, { events: [{ trigger_ref: 'a.b' }, {}] })).toEqual([
    { path: 'events[1].trigger_ref', message: 'is required' },
  ]);
  expect(faults(eventBody, { trigger_ref: 5 })).toEqual([
    { path: 'trigger_ref', message: 'must be a string, not a number' },
  ]);
  expect(faults(eventBody, {})).toEqual([{ path: 'trigger_ref', message: 'is required' }]);
});

test('a discriminated union says which names there are', () => {
  const body = routes.webhooks.enable.body;
  expect(faults(body, { verification: { preset: 'githup', secret: 'long enough' } })).toMatchObject([
    { path: 'verification.preset' },
  ]);
  expect(faults(body, { verification: { preset: 'basic' } })).toEqual([
    { path: 'verification.username', message: 'is required' },
  ]);
});

test('a ref that is none says how refs are written', () => {
  const [fault] = faults(ruleBody, { ref: 'Ops', label: 'x', trigger_ref: 'a.b', action_ref: 'a.b' });
  expect(fault).toMatchObject({ path: 'ref', message: expect.stringContaining('pack.name') });
});

test.each([
  [null, 'must be an object, not null'],
  [[], 'must be an object, not a list'],
  ['text', 'must be an object, not a string'],
  [undefined, 'is required'],
])('a body of %j is refused', (value, message) => {
  expect(faults(ruleBody, value)).toEqual([{ path: '', message }]);
});

test('paths outside the body say where they are', () => {
  expect(checkInput(routes.rules.list.query, { page: '0' }, 'query')).toEqual({
    ok: false,
    details: [{ path: 'query.page', message: 'must be at least 1' }],
  });
  expect(checkInput(routes.events.get.params, { id: 'seven' }, 'path')).toMatchObject({
    details: [{ path: 'path.id' }],
  });
});

test('prototype names are fields like others', () => {
  const body = JSON.parse('{"action_ref":"core.echo","__proto__":{"x":1},"constructor":1}') as unknown;
  const checked = checkInput(routes.executions.execute.body, body, 'body');
  expect(checked).toMatchObject({ ok: true, value: { action_ref: 'core.echo', parameters: {} } });
  expect(({} as { x?: number }).x).toBeUndefined();
});
