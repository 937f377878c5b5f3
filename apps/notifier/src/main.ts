import { runService } from '@attune/service';
import { startNotifierProcess } from './notifier-process.js';

runService('notifier', startNotifierProcess);
