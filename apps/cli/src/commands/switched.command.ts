import { Command } from 'commander';
import { formatOf, printList, printOne, type Column } from '../output/format.js';
import { clientFor } from '../session/client.js';
import { pageOptions, type PageOptions } from './arguments.js';

/** Definitions that are switched on and off. */
const groups = { rule: 'rules', trigger: 'triggers', sensor: 'sensors' } as const;
type Kind = keyof typeof groups;

interface Shown {
  ref: string;
  enabled: boolean;
  label: string;
}

const columns: readonly Column<Shown>[] = [
  { heading: 'REF', value: (row) => row.ref },
  { heading: 'ENABLED', value: (row) => row.enabled },
  { heading: 'LABEL', value: (row) => row.label },
];

export function triggerCommand(): Command {
  return switchedCommand('trigger');
}

export function sensorCommand(): Command {
  return switchedCommand('sensor');
}

export function showCommand(kind: Kind): Command {
  return new Command('show')
    .description(`show a ${kind}`)
    .argument('<ref>', `ref of the ${kind}`)
    .action(async (ref: string, _options: object, command: Command) => {
      const { data } = await clientFor(command)[groups[kind]].get({ params: { ref } });
      printOne(data, formatOf(command));
    });
}

export function switchCommand(kind: Kind, verb: 'enable' | 'disable'): Command {
  return new Command(verb)
    .description(`${verb} a ${kind}`)
    .argument('<ref>', `ref of the ${kind}`)
    .action(async (ref: string, _options: object, command: Command) => {
      await clientFor(command)[groups[kind]][verb]({ params: { ref } });
      console.log(`${kind} ${ref} ${verb}d`);
    });
}

function switchedCommand(kind: 'trigger' | 'sensor'): Command {
  return new Command(kind)
    .description(`${groups[kind]}: ls, show, enable, disable`)
    .addCommand(listCommand(kind))
    .addCommand(showCommand(kind))
    .addCommand(switchCommand(kind, 'enable'))
    .addCommand(switchCommand(kind, 'disable'));
}

function listCommand(kind: 'trigger' | 'sensor'): Command {
  return pageOptions(new Command('ls'))
    .description(`list ${groups[kind]}`)
    .action(async (options: PageOptions, command: Command) => {
      const query = { page_size: options.limit, cursor: options.cursor };
      const { items } = await clientFor(command)[groups[kind]].list({ query });
      printList(items, columns, formatOf(command));
    });
}
