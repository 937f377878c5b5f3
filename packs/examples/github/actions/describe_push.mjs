#!/usr/bin/env node
// Reads its parameters as JSON from stdin, prints a summary, and ends with one line of JSON: its result.
import { readFileSync } from 'node:fs';

const push = JSON.parse(readFileSync(0, 'utf8'));
const result = describe(push);

process.stdout.write(`${result.summary}\n`);
for (const commit of push.commits) {
  process.stdout.write(`  ${commit.id.slice(0, 7)} ${firstLine(commit.message)} (${authorOf(commit)})\n`);
}
process.stdout.write(`${JSON.stringify(result)}\n`);

function describe({ repository, branch, pusher, commits, compare, forced }) {
  const count = commits.length === 1 ? '1 commit' : `${commits.length} commits`;
  const verb = forced ? 'force-pushed' : 'pushed';
  return {
    summary: `${pusher} ${verb} ${count} to ${branch} of ${repository}`,
    commit_count: commits.length,
    authors: [...new Set(commits.map(authorOf))],
    files: touchedFiles(commits),
    compare: compare ?? null,
  };
}

function authorOf(commit) {
  return commit.author?.username ?? commit.author?.name ?? 'unknown';
}

function firstLine(message) {
  return message.split('\n', 1)[0];
}

/** A file that the push added and later removed is in none of the lists. */
function touchedFiles(commits) {
  const states = new Map();
  for (const { added = [], modified = [], removed = [] } of commits) {
    for (const path of added) states.set(path, states.get(path) === 'removed' ? 'modified' : 'added');
    for (const path of modified) if (states.get(path) !== 'added') states.set(path, 'modified');
    for (const path of removed) removeFile(states, path);
  }
  const inState = (state) =>
    [...states.keys()].filter((path) => states.get(path) === state).sort((a, b) => (a < b ? -1 : 1));
  return { added: inState('added'), modified: inState('modified'), removed: inState('removed') };
}

function removeFile(states, path) {
  if (states.get(path) === 'added') states.delete(path);
  else states.set(path, 'removed');
}
