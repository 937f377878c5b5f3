import { buildProgram } from './program.js';
import { report } from './output/failure.js';

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}
