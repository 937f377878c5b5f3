import { every } from '@attune/service';
import type { Log, Repeater } from '@attune/service';
import type { LoopBack } from './loop-back.js';
import type { RabbitConnection } from './rabbit-connection.js';
import type { RabbitConsumer } from './rabbit-consumer.js';
import type { RabbitPublisher } from './rabbit-publisher.js';

/** With the answer's timeout and the heartbeats of the connection: a half-open socket is found within 30 s. */
const probeIntervalMs = 10_000;

export interface LivenessOptions {
  publishing: RabbitConnection;
  consuming: RabbitConnection;
  publisher: RabbitPublisher;
  consumers: ReadonlySet<RabbitConsumer>;
  loopBack: LoopBack;
  log: Log;
}

/** Probes every consumer and sends a message to itself; what does not answer is given up and opened anew. */
export function watchLiveness(options: LivenessOptions): Repeater {
  const { consumers, log } = options;
  const probe = async (): Promise<void> => {
    await Promise.all([probeConnections(options), ...[...consumers].map((consumer) => consumer.probe())]);
  };
  return every(probeIntervalMs, probe, { log, name: 'broker probe', jitter: 0.1 });
}

async function probeConnections({
  publishing,
  consuming,
  publisher,
  loopBack,
}: LivenessOptions): Promise<void> {
  const [sender, receiver] = [publishing.current, consuming.current];
  if (sender === undefined || receiver === undefined || publishing.blocked !== undefined) return;
  const silent = await loopBack.probe(publisher);
  if (silent === 'published' && publishing.current === sender) publishing.abandon('no confirm of a probe');
  if (silent === 'consumed' && consuming.current === receiver) consuming.abandon('a probe did not come back');
}
