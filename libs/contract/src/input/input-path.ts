/** `events[3].payload.size`; a name that is no identifier is quoted: `headers["x y"]`. */
export function at(path: string, step: PropertyKey): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  const name = String(step);
  if (!/^[\w$-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

export function pathOf(steps: readonly PropertyKey[]): string {
  return steps.reduce<string>(at, '');
}

/** What stands at a path, or undefined. */
export function valueAt(value: unknown, steps: readonly PropertyKey[]): unknown {
  return steps.reduce<unknown>(
    (parent, step) =>
      typeof parent === 'object' && parent !== null && Object.hasOwn(parent, step)
        ? (parent as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );
}
