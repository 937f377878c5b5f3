import { runService } from '@attune/service';
import { startApiProcess } from './api-process.js';

runService('api', startApiProcess);
