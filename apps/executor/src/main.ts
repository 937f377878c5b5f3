import { runService } from '@attune/service';

import { startExecutorProcess } from './executor-process.js';

runService('executor', startExecutorProcess);
