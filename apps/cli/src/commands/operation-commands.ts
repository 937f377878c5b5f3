import type { Command } from 'commander';
import { deadLetterCommand } from './dead-letter.command.js';
import { doctorCommand } from './doctor.command.js';
import { enforcementCommand } from './enforcement.command.js';
import { inquiryCommand } from './inquiry.command.js';
import { ledgerCommand } from './ledger.command.js';
import { workerCommand } from './worker.command.js';

/** What operators look at, and do about it. */
export function operationCommands(): Command[] {
  return [
    doctorCommand(),
    ledgerCommand(),
    inquiryCommand(),
    enforcementCommand(),
    workerCommand(),
    deadLetterCommand(),
  ];
}
