import type { DoctorFacts, ProcessFacts, ServiceName, WorkerFacts } from './facts.js';
import { serviceNames } from './facts.js';
import type { Finding, FindingSeverity } from './finding.js';
import { aboutNoTrigger, isOverdue } from './finding.js';

/** How bad it is when nobody does the work of a service, and what then does not happen. */
const absence: Record<ServiceName, readonly [FindingSeverity, string]> = {
  api: ['warning', 'nothing is recorded or asked for over HTTP'],
  executor: ['critical', 'no event is evaluated and no execution is scheduled or settled'],
  worker: ['error', 'no execution is run'],
  sensor: ['error', 'no timer fires and no sensor runs'],
  notifier: ['warning', 'nobody is told of changes over WebSocket'],
};

/** Services nobody does the work of, processes and workers that are gone, and what does not fit together. */
export function serviceFindings(facts: DoctorFacts): Finding[] {
  const { processes, workers } = facts;
  return [
    ...serviceNames.flatMap((service) => findDown(service, facts)),
    ...processes.filter((process) => isMissed(process, processes)).map(findLostProcess),
    ...findDifference(processes),
    ...workers.filter(({ alive }) => !alive).map(findLostWorker),
    ...workers.filter(({ alive, cordoned }) => alive && cordoned).map(findCordoned),
  ];
}

function findDown(service: ServiceName, { processes, now }: DoctorFacts): Finding[] {
  const own = processes.filter((process) => process.service === service);
  if (own.some(({ alive }) => alive)) return [];
  const last = latest(own.map(({ last_heartbeat }) => last_heartbeat));
  const [severity, effect] = absence[service];
  return [
    {
      ...aboutNoTrigger,
      kind: 'service_down',
      severity: isStarting(last, processes, now) ? 'warning' : severity,
      message: `no process of the ${service} is alive: ${effect}`,
      subject: { type: 'service', id: null, ref: service },
      count: 1,
      more: false,
      episode: `${service}:${last?.toISOString() ?? 'never'}`,
      waits_for: `a process of the ${service}`,
      actor: `whoever runs the ${service}`,
      since: last,
      until: null,
      next: 'what was left is found by the sweeps as soon as one is started',
      command: `docker compose up -d ${service}`,
    },
  ];
}

/** It was there a moment ago, or the others have just been started themselves: it may be on its way. */
function isStarting(last: Date | null, processes: readonly ProcessFacts[], now: Date): boolean {
  const alive = processes.filter((process) => process.alive);
  const since = last ?? latest(alive.map(({ started_at }) => started_at));
  return since !== null && !isOverdue(since, now);
}

function latest(times: readonly Date[]): Date | null {
  return times.toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null;
}

/** Gone without a word, and none of its kind has been started since: a restart under another name is no loss. */
function isMissed(process: ProcessFacts, processes: readonly ProcessFacts[]): boolean {
  const same = processes.filter(({ service }) => service === process.service);
  return (
    !process.alive &&
    same.some(({ alive }) => alive) &&
    !same.some(({ alive, started_at }) => alive && started_at > process.last_heartbeat)
  );
}

function findLostProcess({ name, service, last_heartbeat }: ProcessFacts): Finding {
  return {
    ...aboutNoTrigger,
    kind: 'process_lost',
    severity: 'warning',
    message: `${name} of the ${service} has given no sign of life since ${last_heartbeat.toISOString()}`,
    subject: { type: 'process', id: null, ref: name },
    count: 1,
    more: false,
    episode: `${name}:${last_heartbeat.toISOString()}`,
    waits_for: 'being started again',
    actor: `whoever runs the ${service}`,
    since: last_heartbeat,
    until: null,
    next: `the other processes of the ${service} do its work; it is forgotten after a day`,
    command: `docker compose up -d ${service}`,
  };
}

function findDifference(processes: readonly ProcessFacts[]): Finding[] {
  const alive = processes.filter((process) => process.alive);
  const kinds = new Map(alive.map((process) => [versionOf(process), process]));
  if (kinds.size < 2) return [];
  const list = [...kinds].map(([version, { name }]) => `${version} (${name})`).join(', ');
  return [
    {
      ...aboutNoTrigger,
      kind: 'versions_differ',
      severity: 'warning',
      message: `processes of different versions are running: ${list}`,
      subject: { type: 'process', id: null, ref: null },
      count: kinds.size,
      more: false,
      episode: [...kinds.keys()].sort().join(' '),
      waits_for: 'the older ones to be replaced',
      actor: 'whoever upgrades the installation',
      since: null,
      until: null,
      next: 'start the older ones anew in the newer version',
      command: 'attune db migrate',
    },
  ];
}

function versionOf({ version, schema_version }: ProcessFacts): string {
  return `${version} on schema ${schema_version}`;
}

function findLostWorker({
  id,
  name,
  incarnation,
  recovered,
  last_heartbeat,
  lease_expires_at,
}: WorkerFacts): Finding {
  return {
    ...aboutNoTrigger,
    kind: 'worker_lost',
    severity: 'error',
    message: `worker ${name} is gone without having signed off`,
    subject: { type: 'worker', id, ref: name },
    count: 1,
    more: false,
    episode: `${id}:${incarnation}`,
    waits_for: recovered ? 'being started again' : 'the executor to take over what it ran',
    actor: recovered ? 'whoever runs the workers' : 'executor',
    since: last_heartbeat,
    until: lease_expires_at,
    next: recovered
      ? 'what it ran has been taken over; it is forgotten with its retention'
      : 'what it ran is tried again where its retry settings say so, else abandoned',
    command: 'attune worker ls',
  };
}

function findCordoned({ id, name, incarnation, cordon_reason, cordoned_at }: WorkerFacts): Finding {
  return {
    ...aboutNoTrigger,
    kind: 'worker_cordoned',
    severity: 'info',
    message: `worker ${name} is given nothing new${cordon_reason === null ? '' : `: ${cordon_reason}`}`,
    subject: { type: 'worker', id, ref: name },
    count: 1,
    more: false,
    episode: `${id}:${incarnation}:cordon`,
    waits_for: 'its cordon to be lifted',
    actor: 'whoever looks after the workers',
    since: cordoned_at,
    until: null,
    next: 'it finishes what it has, and takes on work again when the cordon is lifted',
    command: `attune worker uncordon ${id}`,
  };
}
