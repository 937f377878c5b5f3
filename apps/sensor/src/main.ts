import { runService } from '@attune/service';

import { startSensorProcess } from './sensor-process.js';

runService('sensor', startSensorProcess);
