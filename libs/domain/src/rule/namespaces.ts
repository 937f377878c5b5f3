const event = ['event.id', 'event.trigger', 'event.payload', 'event.created'];

/** What the expression of a condition may read; `now()` is the time of the event. */
export const conditionNamespaces: readonly string[] = [...event, 'pack.config', 'now()'];

/** What the templates of a rule's action parameters may read. */
export const ruleTemplateNamespaces: readonly string[] = [
  ...event,
  'rule.id',
  'rule.ref',
  'pack.config',
  'system.timestamp',
  'system.rule',
  'now()',
];
