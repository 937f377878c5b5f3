import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const apps = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Turns this process into an app: its main.ts runs here, with these arguments, and owns signals and exit code.
 * One process fewer than starting it as a child, and nothing of the app is loaded for other commands.
 */
export async function becomeApp(app: string, argv: readonly string[]): Promise<void> {
  const main = join(apps, app, 'src', 'main.ts');
  process.argv = [process.argv[0] ?? 'node', main, ...argv];
  await import(pathToFileURL(main).href);
}
