import { isPackRef } from '@attune/domain';
import type { z } from 'zod';

import { documentSchemas } from './documents/document-schemas.js';
import { packDocument } from './documents/pack.document.js';
import type { Components, PackContents, Sourced } from './pack-contents.js';
import type { PackFile } from './pack-files.js';
import type { PackProblem } from './pack-problem.js';
import { byFolder } from './pack-sources.js';
import type { PackSources } from './pack-sources.js';
import { readDocument } from './source/document-problems.js';
import type { YamlSource } from './source/yaml-source.js';

export interface ContentsReading {
  /** Undefined when pack.yaml does not even say whose pack this is. */
  readonly contents: PackContents | undefined;
  readonly problems: readonly PackProblem[];
}

/** Checks the shape of each file, keeping those that are right for the checks that follow. */
export function readContents(sources: PackSources, files: readonly PackFile[]): ContentsReading {
  const problems: PackProblem[] = [];
  const read = <T>(source: YamlSource, schema: z.ZodType<T>): Sourced<T>[] => {
    const checked = readDocument(source, schema);
    problems.push(...checked.problems);
    return checked.value === undefined ? [] : [{ source, document: checked.value }];
  };

  const manifest = sources.manifest === undefined ? undefined : read(sources.manifest, packDocument)[0];
  const components = byFolder((folder) =>
    sources.components[folder].flatMap((source) => read<unknown>(source, documentSchemas[folder])),
  ) as Components;
  const packRef = refIn(sources.manifest);
  if (packRef === undefined || !isPackRef(packRef)) return { contents: undefined, problems };
  return {
    contents: { packRef, manifest, components, files, declaredRefs: declaredRefs(sources) },
    problems,
  };
}

function declaredRefs({ components }: PackSources): PackContents['declaredRefs'] {
  return byFolder(
    (folder) => new Set(components[folder].map(refIn).filter((ref): ref is string => ref !== undefined)),
  );
}

function refIn(source: YamlSource | undefined): string | undefined {
  const ref = source?.peek('ref');
  return typeof ref === 'string' ? ref : undefined;
}
