const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

/** `conditions.all[1]`, `headers["x.y"]`: the path of a member, as errors name it. */
export function memberPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!PLAIN_KEY.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
