import { didYouMean } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';

import type { RuntimeDocument } from '../documents/runtime.document.js';
import type { Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import { placeIssues } from './domain-issues.js';

const placeholders = ['pack_dir', 'env_dir', 'interpreter', 'manifest_path', 'action_file'];

export function checkRuntime({ source, document }: Sourced<RuntimeDocument>): PackProblem[] {
  return placeIssues(source, checkPlaceholders(document.execution_config, 'execution_config'));
}

/** Every `{placeholder}` of a command or variable must be one that the worker fills in. */
export function checkPlaceholders(value: unknown, path: string): ErrorDetail[] {
  if (typeof value === 'string') return unknownPlaceholders(value, path);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    checkPlaceholders(child, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`),
  );
}

function unknownPlaceholders(text: string, path: string): ErrorDetail[] {
  return [...text.matchAll(/\{([a-z_]+)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !placeholders.includes(name))
    .map((name) => {
      const hint = didYouMean(name, placeholders) ?? `known: ${placeholders.join(', ')}`;
      return { path, message: `unknown placeholder '{${name}}'`, hint };
    });
}
