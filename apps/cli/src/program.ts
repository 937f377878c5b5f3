import { Command } from 'commander';
import { actionCommand } from './commands/action.command.js';
import { deadLetterCommand } from './commands/dead-letter.command.js';
import { sensorCommand, triggerCommand } from './commands/definition.command.js';
import { dbCommand } from './commands/db.command.js';
import { demoCommand } from './commands/demo.command.js';
import { devCommand } from './commands/dev.command.js';
import { doctorCommand } from './commands/doctor.command.js';
import { enforcementCommand } from './commands/enforcement.command.js';
import { eventCommand } from './commands/event.command.js';
import { execCommand } from './commands/exec.command.js';
import { inquiryCommand } from './commands/inquiry.command.js';
import { ledgerCommand } from './commands/ledger.command.js';
import { loginCommand } from './commands/login.command.js';
import { packCommand } from './commands/pack.command.js';
import { ruleCommand } from './commands/rule.command.js';
import { runCommand } from './commands/run.command.js';
import { workerCommand } from './commands/worker.command.js';
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
    triggerCommand(),
    sensorCommand(),
    ruleCommand(),
    enforcementCommand(),
    inquiryCommand(),
    workerCommand(),
    actionCommand(),
    packCommand(),
    doctorCommand(),
    ledgerCommand(),
    deadLetterCommand(),
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
