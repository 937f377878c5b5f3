import { resolveParameters, secretsSet } from '@attune/domain';

import { componentFolders } from '../documents/document-schemas.js';
import type { PackDocument } from '../documents/pack.document.js';
import type { PackContents, Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import { checkAction } from './action.check.js';
import { placeIssues } from './domain-issues.js';
import { checkPolicy } from './policy.check.js';
import { checkRule } from './rule.check.js';
import { checkRuntime } from './runtime.check.js';
import { checkSchemas } from './schema.check.js';
import { checkSensor } from './sensor.check.js';
import { checkTrigger } from './trigger.check.js';

const writtenSecret = {
  message: 'is secret, and whoever has the files would read it',
  hint: 'leave it out; it is set in the configuration of the installed pack',
};

/** Checks what shapes alone cannot say: references, schemas, expressions, templates, programs. */
export function checkPack(contents: PackContents): PackProblem[] {
  const { manifest, components } = contents;
  return [
    ...(manifest === undefined ? [] : checkManifest(manifest)),
    ...checkRefs(contents),
    ...components.runtimes.flatMap(checkRuntime),
    ...components.triggers.flatMap(checkTrigger),
    ...components.actions.flatMap((action) => checkAction(contents, action)),
    ...components.sensors.flatMap((sensor) => checkSensor(contents, sensor)),
    ...components.rules.flatMap((rule) => checkRule(contents, rule)),
    ...components.policies.flatMap((policy) => checkPolicy(contents, policy)),
  ];
}

function checkManifest({ source, document }: Sourced<PackDocument>): PackProblem[] {
  const schemaProblems = checkSchemas(source, { conf_schema: document.conf_schema });
  if (schemaProblems.length > 0) return schemaProblems;
  const { conf_schema, config } = document;
  const written = secretsSet(conf_schema, config).map((path) => ({
    path: `config.${path}`,
    ...writtenSecret,
  }));
  return placeIssues(source, [...resolveParameters(conf_schema, config, 'config').issues, ...written]);
}

/** A component's ref begins with its pack's and is its own. */
function checkRefs({ packRef, components }: PackContents): PackProblem[] {
  return componentFolders.flatMap((folder) => {
    const firstFile = new Map<string, string>();
    return components[folder].flatMap(({ source, document: { ref } }) => {
      const first = firstFile.get(ref);
      if (first !== undefined) return [source.problemAt(['ref'], `'${ref}' is already in ${first}`)];
      firstFile.set(ref, source.file);
      return ref.startsWith(`${packRef}.`)
        ? []
        : [source.problemAt(['ref'], `'${ref}' must begin with '${packRef}.'`)];
    });
  });
}
