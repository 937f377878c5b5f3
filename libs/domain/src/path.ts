const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

/** `conditions.all[1]`, `headers["x.y"]`: the path of a member, as errors name it. */
export function memberPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!PLAIN_KEY.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** `base` and a path in it, which may begin with an index. */
export function joinedPath(base: string, path: string): string {
  if (base === '' || path === '') return base + path;
  return path.startsWith('[') ? base + path : `${base}.${path}`;
}

/** Whether `path` is `holder`, or the path of something in it; everything is in `''`. */
export function isAtOrBelow(holder: string, path: string): boolean {
  if (holder === '') return true;
  const rest = path.slice(holder.length);
  return path.startsWith(holder) && (rest === '' || rest.startsWith('.') || rest.startsWith('['));
}
