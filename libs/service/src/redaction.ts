const hidden = '[redacted]';
const secretKeyEnd =
  '(?:passwords?|passphrase|secrets?|tokens?|credentials?|authorization|cookie|(?:api|master|private|webhook)_?keys?)';
const mentionsSecretKey = new RegExp(`"[^"]*${secretKeyEnd}":`, 'i');
const isSecretKey = new RegExp(`${secretKeyEnd}$`, 'i');
const urlPassword = /(:\/\/[^:@/\s"]*:)[^@/\s"]+@/g;
/** Shorter values would cut ordinary words to pieces. */
const shortestSecret = 4;

/** A shorter setting may be a word that logs use (`postgres`); its key and its place in an address hide it still. */
const shortestSetting = 12;

const secretValues = new Map<string, number>();

/**
 * Keeps a secret value out of every log line of this process, in plain, JSON and URL spelling,
 * until the returned function is called. Counted: the same value may be hidden several times.
 */
export function hideFromLogs(secret: string): () => void {
  if (secret.length < shortestSecret) return () => {};
  const spellings = [...new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])];
  for (const spelling of spellings) secretValues.set(spelling, (secretValues.get(spelling) ?? 0) + 1);
  let shown = false;
  return () => {
    if (shown) return;
    shown = true;
    spellings.forEach(release);
  };
}

/** Hides what settings hold under secret names and in addresses, for the life of the process. */
export function hideSettings(settings: unknown): void {
  for (const secret of secretsOf(settings, '')) {
    if (secret.length >= shortestSetting) hideFromLogs(secret);
  }
}

/** A finished JSON log line without secrets: by key name at any depth, by known value, and passwords in URLs. */
export function redactLine(line: string): string {
  let clean = mentionsSecretKey.test(line) ? withoutSecretKeys(line) : line;
  clean = clean.replace(urlPassword, `$1${hidden}@`);
  for (const secret of secretValues.keys()) {
    if (clean.includes(secret)) clean = clean.replaceAll(secret, hidden);
  }
  return clean;
}

function secretsOf(value: unknown, key: string): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, child]) =>
      secretsOf(child, isSecretKey.test(key) ? key : name),
    );
  }
  if (typeof value !== 'string') return [];
  return isSecretKey.test(key)
    ? [value]
    : [...value.matchAll(urlPassword)].map(([part, user = '']) => decode(part.slice(user.length, -1)));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function release(spelling: string): void {
  const holders = (secretValues.get(spelling) ?? 0) - 1;
  if (holders > 0) secretValues.set(spelling, holders);
  else secretValues.delete(spelling);
}

function withoutSecretKeys(line: string): string {
  const entry: unknown = JSON.parse(line, (key, value: unknown) =>
    isSecretKey.test(key) && value !== null && value !== undefined ? hidden : value,
  );
  return `${JSON.stringify(entry)}\n`;
}
