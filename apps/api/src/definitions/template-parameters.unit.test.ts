import { checkTemplateParameters } from './template-parameters.check.js';

const schema = {
  url: { type: 'string', required: true },
  count: { type: 'integer', minimum: 1 },
  hosts: { type: 'array', items: { type: 'string', minLength: 3 } },
};

function pathsOf(values: Record<string, unknown>): string[] {
  return checkTemplateParameters(schema, values, 'action_params').map(({ path }) => path);
}

test('a value of the wrong type is refused at its path', () => {
  expect(pathsOf({ url: 'x', count: 'three' })).toEqual(['action_params.count']);
});

test('a template may stand for a value of any type', () => {
  expect(pathsOf({ url: '{{ event.payload.url }}', count: '{{ event.payload.count }}' })).toEqual([]);
  expect(pathsOf({ url: 'x', hosts: ['{{ event.payload.h }}', 'abc'] })).toEqual([]);
});

test('a template does not excuse its neighbours', () => {
  expect(pathsOf({ url: '{{ event.payload.url }}', count: 0 })).toEqual(['action_params.count']);
  expect(pathsOf({ url: 'x', hosts: ['{{ event.payload.h }}', 'a'] })).toEqual(['action_params.hosts[1]']);
  expect(pathsOf({ count: '{{ event.payload.count }}' })).toEqual(['action_params.url']);
});

test('a bad template is refused with its position', () => {
  const [fault] = checkTemplateParameters(schema, { url: '{{ event.payload. }}' }, 'action_params');
  expect(fault).toMatchObject({ path: 'action_params.url', message: expect.stringContaining('line 1') });
  expect(pathsOf({ url: '{{ evnt.payload.url }}' })).toEqual(['action_params.url']);
});
