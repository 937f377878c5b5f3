import { startFiveProcesses } from './system/five-processes.testing.js';
import { walkFaultPoints } from './system/walk-fault-points.testing.js';

describe('a crash at each fault point, in five processes on RabbitMQ', () => {
  walkFaultPoints(() => startFiveProcesses(), 'five');
});
