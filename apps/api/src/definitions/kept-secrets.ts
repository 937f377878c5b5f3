import { secretPaths } from '@attune/domain';

type Values = Record<string, unknown>;

/**
 * The given values with what is stored wherever the schema declares a `secret` and null was given: whoever changes
 * what was shown to them sends back the null they were shown. Elements of lists are matched by their place.
 */
export function withKeptSecrets(schema: unknown, given: Values, stored: Values | null): Values {
  const paths = secretPaths(schema).map((path) => path.split('.'));
  return paths.reduce((values, path) => keep(values, stored, path) as Values, given);
}

function keep(given: unknown, stored: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return given === null && stored !== undefined ? stored : given;
  if (!isHolder(given) || !isHolder(stored)) return given;
  const names = step === '*' ? Object.keys(given) : [step].filter((name) => Object.hasOwn(given, name));
  const kept = Object.fromEntries(
    names.map((name) => [name, keep(memberOf(given, name), memberOf(stored, name), rest)]),
  );
  return Array.isArray(given) ? given.map((item, index) => kept[index] ?? item) : { ...given, ...kept };
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function memberOf(holder: object, name: string): unknown {
  return Object.hasOwn(holder, name) ? (holder as Values)[name] : undefined;
}
