import { Command } from 'commander';
import { dbCommand } from './commands/db.command.js';
import { definitionCommands } from './commands/definition-commands.js';
import { demoCommand } from './commands/demo.command.js';
import { devCommand } from './commands/dev.command.js';
import { eventCommand } from './commands/event.command.js';
import { execCommand } from './commands/exec.command.js';
import { loginCommand } from './commands/login.command.js';
import { operationCommands } from './commands/operation-commands.js';
import { runCommand } from './commands/run.command.js';
import { outputOption } from './output/format.js';

/** The table of contents of the command line: one file per command in commands/. */
export function buildProgram(): Command {
  const program = new Command('attune')
    .description('Event-driven automation: events, rules, executions.')
    .option('--url <address>', 'address of the API (default: of the last login, or ATTUNE_URL)')
    .option('-q, --quiet', 'print results only')
    .addOption(outputOption())
    .showHelpAfterError('(attune --help lists the commands)')
    .configureHelp({ sortSubcommands: false })
    .exitOverride();
  for (const command of [
    devCommand(),
    demoCommand(),
    testHint(),
    loginCommand(),
    runCommand(),
    execCommand(),
    eventCommand(),
    ...definitionCommands(),
    ...operationCommands(),
    dbCommand(),
  ]) {
    program.addCommand(inheritExit(command));
  }
  return program;
}

/** `attune test` is run by the launcher, before any package has to be there; it is listed here for --help. */
function testHint(): Command {
  return new Command('test').description('provide the services, verify everything and run all tests');
}

function inheritExit(command: Command): Command {
  command.exitOverride();
  for (const child of command.commands) inheritExit(child);
  return command;
}
