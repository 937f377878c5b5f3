import type { FirstAccount } from './first-account.js';

/** The only text this process writes for people: where it is, and how to get in. */
export function printWelcome(url: string, { login, password, generated }: FirstAccount): void {
  const shown = generated ? password : '(as set in ATTUNE_ADMIN_PASSWORD)';
  process.stdout.write(
    [
      '',
      `  Attune is ready at ${url}`,
      `  login ${login}, password ${shown}`,
      '  ctrl-c stops it',
      '',
      '',
    ].join('\n'),
  );
}
