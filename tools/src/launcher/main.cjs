// Installs missing packages, then runs a command from its TypeScript source in this process, so that signals,
// terminal and exit code are those of the command. Runs before any package is there: Node.js only.
const { existsSync } = require('node:fs');
const { register } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { install, isInstalled } = require('./packages.cjs');

const root = path.join(__dirname, '..', '..', '..');

exports.main = async (argv) => {
  if (!isInstalled(root)) await install(root);
  const { program, args } = programOf(argv);
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], program, ...args];
  await useSources();
  await import(pathToFileURL(program).href);
};

/** Everything but the two commands of the work tree belongs to the command line's own program. */
function programOf(argv) {
  const [command, ...args] = argv;
  if (command === 'test') return { program: path.join(root, 'tools/src/test-command.ts'), args };
  if (command === 'bench') return benchmark(args);
  return { program: path.join(root, 'apps/cli/src/main.ts'), args: argv };
}

function benchmark([name = 'pipeline', ...args]) {
  const program = path.join(root, 'bench/src', `${path.basename(name)}.ts`);
  if (existsSync(program)) return { program, args };
  console.error(`there is no benchmark ${name}: see bench/src`);
  process.exit(2);
}

/** TypeScript through tsx, our packages through their `@attune/source` export. */
async function useSources() {
  const tsx = await import('tsx/esm/api');
  tsx.register();
  register('./source-condition.mjs', pathToFileURL(__filename));
}
