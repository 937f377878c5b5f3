import { describeBus, memoryWorld } from '../testing/index.js';

describeBus('memory', memoryWorld);
