/** The broker's name of an exchange or queue: `attune.executor.events`, `eu1.attune.executor.events`. */
export function brokerName(prefix: string, name: string): string {
  return `${namespaceOf(prefix)}${name}`;
}

/** The inverse of brokerName; a name of another installation comes back whole. */
export function localName(prefix: string, brokerName: string): string {
  const namespace = namespaceOf(prefix);
  return brokerName.startsWith(namespace) ? brokerName.slice(namespace.length) : brokerName;
}

function namespaceOf(prefix: string): string {
  const own = prefix.replace(/\.+$/, '');
  return own === '' ? 'attune.' : `${own}.attune.`;
}
