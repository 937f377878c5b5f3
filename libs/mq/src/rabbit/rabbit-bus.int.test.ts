import { describeBus, rabbitWorld } from '../testing/index.js';

describeBus('rabbit', () => rabbitWorld({ name: 'bus' }));
