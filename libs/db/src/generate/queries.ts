import { accessSamples } from './access.samples.js';
import { definitionSamples } from './definition.samples.js';
import { eventSamples } from './event.samples.js';
import { trialSamples } from './trial.samples.js';
import { executionSamples } from './execution.samples.js';
import { operationSamples } from './operation.samples.js';
import { recordSamples } from './record.samples.js';
import { retentionSamples } from './retention.samples.js';
import { recordStatements } from './recording-database.js';
import type { Samples } from './sample.js';
import { sampleRow } from './sample.js';
import { secretSamples } from './secret.samples.js';
import { signInSamples } from './sign-in.samples.js';

export const samples: Samples = {
  ...definitionSamples,
  ...eventSamples,
  ...trialSamples,
  ...executionSamples,
  ...operationSamples,
  ...accessSamples,
  ...signInSamples,
  ...recordSamples,
  ...secretSamples,
  ...retentionSamples,
};

/** The SQL of every repository function, by file name: what reviewers see when a query changes. No database. */
export async function generateQueries(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [file, functions] of Object.entries(samples)) {
    const parts = ['-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.'];
    for (const [name, call] of Object.entries(functions)) {
      const recording = recordStatements([[sampleRow]]);
      await call(recording.db);
      const statements = recording.statements.map(({ sql }) => `${breakLines(sql)};`);
      parts.push(`-- ${name}\n${statements.join('\n\n')}`);
    }
    files.set(`${file}.sql`, `${parts.join('\n\n')}\n`);
  }
  return files;
}

/** Statements of the query builder are one line; those that are written out keep theirs. */
function breakLines(statement: string): string {
  const text = statement.trim();
  if (text.includes('\n')) return text;
  return text.replaceAll(
    / (from|where|left join|inner join|on conflict|order by|limit|values|set|returning|union) /g,
    '\n$1 ',
  );
}
