import type { TriggerDocument } from '../documents/trigger.document.js';
import type { Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import { checkSchemas } from './schema.check.js';

export function checkTrigger({ source, document }: Sourced<TriggerDocument>): PackProblem[] {
  return checkSchemas(source, { parameters: document.parameters, output: document.output });
}
