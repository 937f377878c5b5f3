import { faultPoint } from '../fault-points.js';
import type { FaultPoint } from '../fault-points.js';

const started = performance.now();
process.stdout.write('before\n');
await faultPoint(process.argv[2] as FaultPoint);
process.stdout.write(`after\ntook ${Math.round(performance.now() - started)}\n`);
