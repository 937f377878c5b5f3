import { secretPaths } from '@attune/domain';

/**
 * The values with null, or `instead`, for everything the schema declares `secret`. The given values stay as they are,
 * and are the answer when there is nothing to hide.
 */
export function withoutSecrets(
  schema: unknown,
  values: Record<string, unknown> | null,
  instead: string | null = null,
): Record<string, unknown> {
  const hide = (value: unknown, [step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) return instead;
    if (Array.isArray(value)) return step === '*' ? value.map((item) => hide(item, rest)) : value;
    if (typeof value !== 'object' || value === null) return value;
    const fields = value as Record<string, unknown>;
    const names = step === '*' ? Object.keys(fields) : [step].filter((name) => Object.hasOwn(fields, name));
    return { ...fields, ...Object.fromEntries(names.map((name) => [name, hide(fields[name], rest)])) };
  };
  const paths = secretPaths(schema).map((path) => path.split('.'));
  return paths.reduce((shown, path) => hide(shown, path) as Record<string, unknown>, values ?? {});
}
