// A client that is killed at any moment: node note-changes.mjs <file> <token> <url>
// Notes each event in the file before it takes the next one, and resumes after the last one noted.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

const [, , file, token, url] = process.argv;

/** What is noted; a line that was being written when it was killed is none. */
function readNotes() {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) writeFileSync(file, whole);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** @param {string} block */
function note(block) {
  const lines = block.split('\n').map((line) => line.split(/: (.*)/s));
  const { id, event, data } = Object.fromEntries(lines);
  if (event !== undefined) appendFileSync(file, `${JSON.stringify({ id, event, data: JSON.parse(data) })}\n`);
}

const last = readNotes().findLast(({ id }) => id !== undefined)?.id;
const response = await fetch(`${url}/api/v1/stream?entity_type=execution`, {
  headers: { authorization: `Bearer ${token}`, ...(last === undefined ? {} : { 'last-event-id': last }) },
});
if (!response.ok) throw new Error(`the server answered ${response.status}`);
let rest = '';
for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
  const blocks = (rest + text).split('\n\n');
  rest = blocks.pop() ?? '';
  for (const block of blocks) note(block);
}
