import { startOneProcess } from './system/one-process.testing.js';
import { walkFaultPoints } from './system/walk-fault-points.testing.js';

describe('a crash at each fault point, in one process on the in-process bus', () => {
  walkFaultPoints(() => startOneProcess(), 'one');
});
