const event = ['event.id', 'event.trigger', 'event.payload', 'event.created'];

/** What the expression of a condition may read; `now()` is the time of the event. */
export const conditionNamespaces: readonly string[] = [...event, 'pack.config', 'now()'];

/** What the templates of a rule's action parameters may read; `keys` are only named, and opened where the action runs. */
export const ruleTemplateNamespaces: readonly string[] = [
  ...event,
  'rule.id',
  'rule.ref',
  'pack.config',
  'keys',
  'system.timestamp',
  'system.rule',
  'now()',
];
