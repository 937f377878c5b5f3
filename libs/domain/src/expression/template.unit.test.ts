import fc from 'fast-check';
import { AttuneError, ExpressionError } from '../errors.js';
import { checkTemplate, renderTemplate, templateReads } from './template.js';
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

describe('templateReads', () => {
  it('names what the templates in a value read', () => {
    expect([...templateReads({ a: '{{ event.id }} {{ keys.token }}', b: ['{{ now() }}'] })]).toEqual([
      'event',
      'keys',
      'now()',
    ]);
  });
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
