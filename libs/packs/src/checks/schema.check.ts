import { checkParameterSchema } from '@attune/domain';

import type { PackProblem } from '../pack-problem.js';
import type { YamlSource } from '../source/yaml-source.js';
import { placeIssues } from './domain-issues.js';

/** Checks the schemas that stand under the given keys. */
export function checkSchemas(source: YamlSource, schemas: Readonly<Record<string, unknown>>): PackProblem[] {
  return Object.entries(schemas)
    .filter(([, schema]) => schema !== undefined)
    .flatMap(([key, schema]) => placeIssues(source, checkParameterSchema(schema, key)));
}
