import type { ActionDocument } from '../documents/action.document.js';
import type { PackContents, Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import { checkEntryPoint } from './entry-point.check.js';
import { checkReference, checkRunnerType } from './reference.check.js';
import { checkSchemas } from './schema.check.js';

export function checkAction(contents: PackContents, action: Sourced<ActionDocument>): PackProblem[] {
  const { source, document } = action;
  const { runner_type: runnerType, entry_point: entryPoint } = document;
  return [
    ...checkSchemas(source, { parameters: document.parameters, output: document.output }),
    ...checkRunnerType(contents, source, runnerType),
    ...checkEntryPoint(contents, source, { folder: 'actions', runnerType, entryPoint }),
    ...document.default_execution_permission_set_refs.flatMap((ref, index) => {
      const path = ['default_execution_permission_set_refs', index];
      return checkReference(contents, source, { path, ref, folder: 'permission_sets' });
    }),
  ];
}
