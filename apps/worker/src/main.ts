import { runService } from '@attune/service';
import { startWorkerProcess } from './worker-process.js';

runService('worker', startWorkerProcess);
