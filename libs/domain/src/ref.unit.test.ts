import fc from 'fast-check';
import {
  artifactRefSchema,
  componentRefPattern,
  componentRefSchema,
  isArtifactRef,
  isComponentRef,
  isKeyRef,
  isPackRef,
  keyRefPattern,
  keyRefSchema,
  packRefPattern,
  packRefSchema,
  splitRef,
} from './ref.js';
import { ValidationError } from './errors.js';

const segment = fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/);

describe('refs', () => {
  it.each(['core', 'a', 'my-pack_2'])('takes %s for a pack ref', (ref) => {
    expect(isPackRef(ref)).toBe(true);
  });

  it.each(['', 'Core', '1core', '_core', 'core.echo', 'co re', 'core\n', 'cöre', '../etc', 'a'.repeat(256)])(
    'takes %j for no pack ref',
    (ref) => {
      expect(isPackRef(ref)).toBe(false);
    },
  );

  it.each(['core.echo', 'a.b', 'my-pack.do_it-2'])('takes %s for a component ref', (ref) => {
    expect(isComponentRef(ref)).toBe(true);
  });

  it.each([
    'core',
    'core.',
    '.echo',
    'core.echo.more',
    'Core.echo',
    'core.Echo',
    'core..echo',
    'core.echo\n',
  ])('takes %j for no component ref', (ref) => {
    expect(isComponentRef(ref)).toBe(false);
  });

  it.each(['token', 'github.token', 'a.b.c.d'])('takes %s for a key ref', (ref) => {
    expect(isKeyRef(ref)).toBe(true);
  });

  it.each(['', 'a.', '.a', 'a..b', 'A.b', 'a b'])('takes %j for no key ref', (ref) => {
    expect(isKeyRef(ref)).toBe(false);
  });

  it.each(['reports/2026/summary.csv', 'Ünïcode ✓', 'a'.repeat(1024), '🗎'.repeat(1024), ' '])(
    'takes %j for an artifact ref',
    (ref) => {
      expect(isArtifactRef(ref)).toBe(true);
    },
  );

  it.each(['', 'a\nb', 'a\u0000b', '\ud800', 'a\u2028b', 'a'.repeat(1025), '🗎'.repeat(1025)])(
    'takes %j for no artifact ref',
    (ref) => {
      expect(isArtifactRef(ref)).toBe(false);
    },
  );

  it('splits a component ref', () => {
    expect(splitRef('core.echo')).toEqual({ pack: 'core', name: 'echo' });
  });

  it('refuses to split anything else', () => {
    expect(() => splitRef('core')).toThrow(ValidationError);
    expect(() => splitRef('core')).toThrow("'core' is not a ref of the form pack.name");
  });

  it('splits what was joined, for any two segments', () => {
    fc.assert(
      fc.property(segment, segment, (pack, name) => {
        expect(splitRef(`${pack}.${name}`)).toEqual({ pack, name });
      }),
    );
  });

  it('agrees with the patterns that stand in constraints, and with the schemas', () => {
    const any = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a-z0-9_.-]{0,12}$/),
      fc.tuple(segment, segment).map((parts) => parts.join('.')),
    );
    fc.assert(
      fc.property(any, (text) => {
        expect(isPackRef(text)).toBe(new RegExp(packRefPattern).test(text));
        expect(isComponentRef(text)).toBe(new RegExp(componentRefPattern).test(text));
        expect(isKeyRef(text)).toBe(new RegExp(keyRefPattern).test(text));
        expect(packRefSchema.safeParse(text).success).toBe(isPackRef(text));
        expect(componentRefSchema.safeParse(text).success).toBe(isComponentRef(text));
        expect(keyRefSchema.safeParse(text).success).toBe(isKeyRef(text));
        expect(artifactRefSchema.safeParse(text).success).toBe(isArtifactRef(text));
      }),
    );
  });

  it('says what a ref should look like', () => {
    expect(componentRefSchema.safeParse('Echo').error?.issues[0]?.message).toContain('of the form pack.name');
  });
});
