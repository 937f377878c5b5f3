// Whether node_modules is what package-lock.json says, and making it so.
const { spawn } = require('node:child_process');
const { existsSync, readFileSync, statSync } = require('node:fs');
const path = require('node:path');

/** Cheap when nothing changed: two file times; contents are compared only when the lock is the newer one. */
exports.isInstalled = (root) => {
  const lock = path.join(root, 'package-lock.json');
  const installed = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  if (statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return true;
  return holds(packagesOf(installed), packagesOf(lock));
};

exports.install = async (root) => {
  const started = Date.now();
  const end = showProgress('Installing packages (once, about a minute)');
  const failure = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], root);
  end(failure === undefined ? `done in ${Math.round((Date.now() - started) / 1000)} s` : 'failed');
  if (failure === undefined) return;
  console.error(failure);
  process.exit(1);
};

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** Optional packages may be those of another platform. */
function holds(installed, wanted) {
  return Object.entries(wanted).every(([place, { version, resolved, link, optional, peer }]) => {
    if (!place.includes('node_modules/') || optional || peer) return true;
    const found = installed[place];
    return found !== undefined && (link ? found.resolved === resolved : found.version === version);
  });
}

/** Undefined when npm ended well, else what it said. */
function npm(args, cwd) {
  const windows = process.platform === 'win32';
  const child = spawn(windows ? 'npm.cmd' : 'npm', args, {
    cwd,
    shell: windows,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`cannot run npm: ${error.message}`));
    child.on('close', (code) => resolve(code === 0 ? undefined : `npm ${args.join(' ')} failed:\n${output}`));
  });
}

/** One line that counts seconds on a terminal, plain lines elsewhere; on standard error, results stay clean. */
function showProgress(text) {
  const { stderr } = process;
  if (!stderr.isTTY) {
    stderr.write(`${text}...\n`);
    return (result) => stderr.write(`${text}: ${result}\n`);
  }
  const started = Date.now();
  const draw = () => stderr.write(`\r${text}... ${Math.round((Date.now() - started) / 1000)} s `);
  draw();
  const timer = setInterval(draw, 1000);
  return (result) => {
    clearInterval(timer);
    stderr.write(`\r\x1b[K${text}: ${result}\n`);
  };
}
