import type { ErrorDetail } from '@attune/domain';

/** U+0000 and lone surrogates as JSON.stringify escapes them, after an even number of backslashes. */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** PostgreSQL's text has no U+0000 and no half characters; senders may write both. */
export function unstorable(value: unknown, path: string): ErrorDetail[] {
  if (value === undefined || !unstorableEscape.test(JSON.stringify(value) ?? '')) return [];
  return [{ path, message: 'contains U+0000 or half of a surrogate pair, which cannot be stored' }];
}
