import { verify } from './verify-steps.js';
import { close } from './tally.js';

close(await verify());
