import { didYouMean } from '@attune/domain';

import type { RuntimeDocument } from '../documents/runtime.document.js';
import type { Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import type { DocumentPath, YamlSource } from '../source/yaml-source.js';

const placeholders = ['pack_dir', 'env_dir', 'interpreter', 'manifest_path', 'action_file'];

/** Every `{placeholder}` of a command or variable must be one that the worker fills in. */
export function checkRuntime({ source, document }: Sourced<RuntimeDocument>): PackProblem[] {
  return placeholderProblems(source, ['execution_config'], document.execution_config);
}

function placeholderProblems(source: YamlSource, path: DocumentPath, value: unknown): PackProblem[] {
  if (typeof value === 'string') return unknownPlaceholders(source, path, value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    placeholderProblems(source, [...path, Array.isArray(value) ? Number(key) : key], child),
  );
}

function unknownPlaceholders(source: YamlSource, path: DocumentPath, text: string): PackProblem[] {
  return [...text.matchAll(/\{([a-z_]+)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !placeholders.includes(name))
    .map((name) => {
      const hint = didYouMean(name, placeholders) ?? `known: ${placeholders.join(', ')}`;
      return source.problemAt(path, `unknown placeholder '{${name}}'`, hint);
    });
}
