// What `node --conditions=@attune/source` does, for a process that already runs.
export function resolve(specifier, context, next) {
  return next(specifier, { ...context, conditions: ['@attune/source', ...context.conditions] });
}
