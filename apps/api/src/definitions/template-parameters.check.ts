import { checkTemplate, resolveParameters, ruleTemplateNamespaces } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';

/**
 * Parameters of an action as a rule gives them: templates must parse, everything else must fit the action's
 * schema now. What a template will give is checked when it is rendered.
 */
export function checkTemplateParameters(schema: unknown, values: unknown, path: string): ErrorDetail[] {
  const templates = templatePaths(values, path);
  const { issues } = resolveParameters(schema, values, path);
  return [
    ...checkTemplate(values, { path, namespaces: ruleTemplateNamespaces }),
    ...issues.filter((issue) => !templates.some((template) => concerns(issue.path, template))),
  ];
}

/** Paths of strings with a template, in the spelling of error details: `action_params.hosts[0]`. */
function templatePaths(value: unknown, path: string): string[] {
  if (typeof value === 'string') return value.includes('{{') ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => templatePaths(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => templatePaths(child, `${path}.${name}`));
}

/** A fault of a template, or of something that contains one, may go when it is rendered. */
function concerns(issuePath: string, templatePath: string): boolean {
  const rest = templatePath.slice(issuePath.length);
  return templatePath.startsWith(issuePath) && (rest === '' || rest.startsWith('.') || rest.startsWith('['));
}
