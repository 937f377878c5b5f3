import type { ErrorDetail } from '@attune/domain';
import { isVersionRange } from '@attune/packs';

/** Ranges by the name of their field. */
export function checkVersionRanges(
  ranges: Readonly<Record<string, string | null | undefined>>,
  prefix = '',
): ErrorDetail[] {
  return Object.entries(ranges).flatMap(([name, range]) =>
    range === null || range === undefined || isVersionRange(range)
      ? []
      : [{ path: prefix + name, message: "must be a range of versions such as '^1.2' or '>=1 <3'" }],
  );
}
