import fc from 'fast-check';
import { AttuneError, ExpressionError } from '../errors.js';
import { SecretValue } from '../secret/secret-value.js';
import { checkTemplate } from './check-template.js';
import { renderTemplate } from './template.js';
import { templateParts } from './template-parts.js';

const context = {
  event: {
    id: 7,
    created: new Date('2026-01-01T00:00:00Z'),
    payload: { n: 5, s: 'x', list: [1], none: null },
  },
  pack: { config: { channel: '#ops' } },
};

describe('renderTemplate', () => {
  it.each([
    ['{{ event.payload.n }}', 5],
    ['{{event.payload.list}}', [1]],
    ['{{ event.payload.none }}', null],
    ['{{ event.payload.n > 3 }}', true],
    ['{{ {"a": {"b": "}}"}} }}', { a: { b: '}}' } }],
    ["{{ '{{' }}", '{{'],
    ['n={{ event.payload.n }}', 'n=5'],
    ['{{ event.payload.n }} ', '5 '],
    ['{{ event.payload.n }}{{ event.payload.s }}', '5x'],
    ['a {{ event.payload.list }} b {{ event.payload.none }}c', 'a [1] b c'],
    ['at {{ event.created }}', 'at 2026-01-01T00:00:00.000Z'],
    ['{{ event.created }}', '2026-01-01T00:00:00.000Z'],
    ['no template } {', 'no template } {'],
    ['', ''],
  ])('%j gives %j', (template, expected) => {
    expect(renderTemplate(template, context)).toEqual(expected);
  });

  it('goes deep and leaves everything else as it is', () => {
    const rendered = renderTemplate(
      {
        channel: '{{ pack.config.channel }}',
        nested: [{ n: '{{ event.payload.n }}' }, 1, null, true, 'plain'],
      },
      context,
    );

    expect(rendered).toEqual({ channel: '#ops', nested: [{ n: 5 }, 1, null, true, 'plain'] });
  });

  it('does not change the template', () => {
    const template = { list: ['{{ event.id }}'] };
    renderTemplate(template, context);
    expect(template).toEqual({ list: ['{{ event.id }}'] });
  });

  it('does not render keys, nor what a template gave', () => {
    const given = { event: { payload: { text: '{{ 1 + 1 }}' } } };
    expect(renderTemplate({ '{{ a }}': '{{ event.payload.text }}' }, given)).toEqual({
      '{{ a }}': '{{ 1 + 1 }}',
    });
    expect(renderTemplate('x {{ event.payload.text }}', given)).toBe('x {{ 1 + 1 }}');
  });

  it('names the place of a failure', () => {
    const render = () => renderTemplate({ a: [{ b: 'is {{ event.payload.m }}' }] }, context);

    expect(render).toThrow(ExpressionError);
    expect(render).toThrow('a[0].b: event.payload.m is missing');
    try {
      render();
    } catch (error) {
      expect((error as ExpressionError).details).toEqual([
        {
          path: 'a[0].b',
          message: 'event.payload.m is missing: event.payload has n, s, list, none',
          hint: 'event.payload has n, s, list, none',
        },
      ]);
    }
  });

  it('fails for a template that is not one', () => {
    expect(() => renderTemplate('{{ 1 +', context)).toThrow("'{{' is never closed");
    expect(() => renderTemplate('{{ 1 + }}', context)).toThrow(ExpressionError);
  });

  it('bounds the text that it makes', () => {
    const long = { event: 'x'.repeat(600_000) };
    expect(() => renderTemplate('{{ event }}{{ event }}', long)).toThrow(
      'text of more than 1000000 characters',
    );
  });

  it('bounds the depth it goes to', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 10_000; level++) deep = [deep];
    expect(() => renderTemplate(deep, context)).toThrow(ExpressionError);
  });

  it('gives back any JSON without templates', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        fc.pre(!JSON.stringify(value).includes('{{'));
        expect(renderTemplate(value, context)).toEqual(value);
      }),
    );
  });

  it('keeps any JSON value that a whole template names', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(renderTemplate('{{ x }}', { x: value })).toEqual(value);
      }),
    );
  });

  it('raises no error that is not ours, whatever the text', () => {
    const text = fc
      .array(fc.constantFrom('{{', '}}', '{', '}', '"', "'", ' event.payload.n ', 'x', '\\', '\n'), {
        maxLength: 15,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (template) => {
        const problems = checkTemplate(template, {});
        try {
          renderTemplate(template, { ...context, x: 1 });
          expect(problems).toEqual([]);
        } catch (error) {
          expect(error).toBeInstanceOf(AttuneError);
        }
      }),
    );
  });
});

describe('checkTemplate', () => {
  it('finds every problem, with its path and its position in the text', () => {
    const problems = checkTemplate(
      {
        message: 'from\n{{ evnt.x }}',
        list: ['{{ lowr("a") }} {{ event.payload.x }}'],
        ok: '{{ event.id }}',
        open: 'a {{ b',
      },
      { path: 'action_params', namespaces: ['event.id', 'event.payload'] },
    );

    expect(problems).toEqual([
      {
        path: 'action_params.message',
        message: "line 2, column 4: unknown name 'evnt'",
        hint: "did you mean 'event'?",
      },
      {
        path: 'action_params.list[0]',
        message: "line 1, column 4: unknown function 'lowr'",
        hint: "did you mean 'lower'?",
      },
      {
        path: 'action_params.open',
        message: "line 1, column 3: '{{' is never closed",
        hint: 'close it with }}; to write the braces themselves: {{ "{{" }}',
      },
    ]);
  });

  it('finds problems far into a long text', () => {
    const [problem] = checkTemplate(`${'x'.repeat(20_000)}{{ lowr("a") }}`, {});
    expect(problem?.message).toContain("unknown function 'lowr'");
  });

  it('finds nothing wrong with values without templates', () => {
    expect(checkTemplate({ a: [1, null, 'x'] }, {})).toEqual([]);
  });
});

describe('a secret', () => {
  const token = new SecretValue([{ sealed: { v: 1 }, home: 'pack:ops' }]);
  const given = { pack: { config: { token, name: 'x' } }, event: { payload: { n: 1 } } };
  const key = { key: 'ops.token' };

  it.each([
    ['{{ keys.ops.token }}', [key]],
    ['{{ keys["ops.token"] }}', [key]],
    ['Bearer {{ keys.ops.token }}', ['Bearer ', key]],
    ['{{ event.payload.n }}:{{ keys.ops["token"] }}!', ['1', ':', key, '!']],
    ['{{ pack.config.token }}', token.$secret],
    ['{{ default(pack.config.token, "none") }}', token.$secret],
    ['{{ pack.config.name }} {{ pack.config.token }}', ['x', ' ', ...token.$secret]],
  ])('is passed on unopened: %s', (template, parts) => {
    expect(renderTemplate({ at: template }, given)).toEqual({ at: new SecretValue(parts) });
  });

  it.each([
    '{{ pack.config }}',
    '{{ to_json(pack.config.token) }}',
    '{{ pack.config.token + "x" }}',
    '{{ pack.config.token == "x" }}',
    '{{ ["x"].exists(x, x == pack.config.token) }}',
    '{{ pack.config.token in ["x"] }}',
    '{{ string(pack.config.token) }}',
    '{{ size(pack.config.token) }}',
    '{{ hash(pack.config.token) }}',
    '{{ pack.config.token["$secret"] }}',
    '{{ [pack.config.token] }}',
    'all: {{ pack.config }}',
  ])('is looked into by no expression: %s', (template) => {
    expect(() => renderTemplate(template, given)).toThrow(ExpressionError);
  });

  it.each(['{{ event.payload }}', '{{ [event.payload.a] }}', '{{ event.payload.a }}'])(
    'is not made by who sends an event: %s',
    (template) => {
      const forged = { event: { payload: { a: { $secret: [{ key: 'ops.token' }] } } } };
      expect(() => renderTemplate({ at: template }, forged)).toThrow("'$secret' marks what is stored sealed");
    },
  );

  it.each(['{{ keys }}', '{{ upper(keys.a) }}', '{{ keys.A }}', '{{ keys?.a }}', '{{ keys[event.id] }}'])(
    'is named, and nothing else: %s',
    (template) => {
      expect(checkTemplate({ at: template }, {})).toMatchObject([
        { path: 'at', message: expect.stringContaining('a key can only be named') },
      ]);
    },
  );
});

describe('templateParts', () => {
  it('keeps text and expressions in order', () => {
    expect(templateParts('a{{ b }}c{{d}}')).toEqual({
      parts: ['a', { expression: ' b ', offset: 3 }, 'c', { expression: 'd', offset: 11 }],
    });
  });

  it('gives back the text it was made of', () => {
    const text = fc
      .array(fc.constantFrom('{{', '}}', '{', '}', '"', '\\', 'a'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (template) => {
        const { parts, unclosed } = templateParts(template);
        const joined = parts
          .map((part) => (typeof part === 'string' ? part : `{{${part.expression}}}`))
          .join('');
        expect(template.startsWith(joined)).toBe(true);
        if (unclosed === undefined) expect(joined).toBe(template);
      }),
    );
  });
});
