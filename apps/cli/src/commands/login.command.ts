import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { createClient } from '@attune/contract';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../output/failure.js';
import { signInByBrowser } from '../session/browser-sign-in.js';
import { remember, urlFor } from '../session/client.js';
import type { Tokens } from '../session/profile.js';

const devLoginSchema = z.object({ url: z.string(), login: z.string(), password: z.string() });

interface LoginOptions {
  login?: string;
  passwordStdin?: boolean;
  dev?: string | true;
  sso?: true;
  ldap?: true;
}

export function loginCommand(): Command {
  return new Command('login')
    .description('log in and remember it')
    .option('--login <name>', 'account (default: ATTUNE_LOGIN, or asked for)')
    .option(
      '--password-stdin',
      'read the password from standard input (default: ATTUNE_PASSWORD, or asked for)',
    )
    .option('--dev [dir]', 'use the account of a running `attune dev` (its data directory)')
    .addOption(
      new Option('--sso', 'sign in with the browser, at the identity provider').conflicts(['dev', 'ldap']),
    )
    .addOption(new Option('--ldap', 'use the password of the directory').conflicts('dev'))
    .action(async (options: LoginOptions, command: Command) => {
      const { url, tokens } = await loggedIn(options, command);
      remember(url, tokens);
      console.log(`logged in at ${url} as ${tokens.user?.login}`);
    });
}

async function loggedIn(options: LoginOptions, command: Command): Promise<{ url: string; tokens: Tokens }> {
  if (options.sso) {
    const url = urlFor(command);
    return { url, tokens: await signInByBrowser(url, showPage) };
  }
  const { url, ...body } = options.dev === undefined ? await asked(options, command) : devLogin(options.dev);
  const { auth, signIn } = createClient({ baseUrl: url });
  const { data } = options.ldap ? await signIn.ldap({ body }) : await auth.login({ body });
  return { url, tokens: data };
}

/** On standard error, so that the output of the command stays its result. */
function showPage(page: string): void {
  console.error(`Open this page in a browser on this machine to sign in:\n\n  ${page}\n`);
}

function devLogin(dir: string | true) {
  const path = join(dir === true ? '.attune/dev' : dir, 'login.json');
  try {
    return devLoginSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new UsageError(`no running \`attune dev\` left its account in ${path}`, { cause: error });
  }
}

async function asked(options: LoginOptions, command: Command) {
  const login = options.login ?? process.env['ATTUNE_LOGIN'] ?? (await ask('Login: '));
  return { url: urlFor(command), login, password: await askPassword(options) };
}

async function askPassword(options: LoginOptions): Promise<string> {
  if (options.passwordStdin) return readFileSync(0, 'utf8').trimEnd();
  return process.env['ATTUNE_PASSWORD'] ?? (await ask('Password: ', { hidden: true }));
}

async function ask(question: string, { hidden = false } = {}): Promise<string> {
  if (!process.stdin.isTTY)
    throw new UsageError(`${question.trim()} is needed, and there is no terminal to ask on`);
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({
    input: process.stdin,
    output: hidden ? silent : process.stderr,
    terminal: true,
  });
  const answer = await terminal.question('');
  terminal.close();
  if (hidden) process.stderr.write('\n');
  return answer;
}
