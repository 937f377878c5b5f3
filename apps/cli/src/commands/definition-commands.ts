import type { Command } from 'commander';
import { actionCommand } from './action.command.js';
import { sensorCommand, triggerCommand } from './switched.command.js';
import { packCommand } from './pack.command.js';
import { ruleCommand } from './rule.command.js';

/** What is defined, and switched on and off. */
export function definitionCommands(): Command[] {
  return [ruleCommand(), triggerCommand(), sensorCommand(), actionCommand(), packCommand()];
}
