import { runService } from '@attune/service';
import { startAllInOne } from './all-in-one.service.js';
import { allInOneConfig } from './config.js';

runService('attune', async (boot) => startAllInOne(boot.readConfig(allInOneConfig), boot));
