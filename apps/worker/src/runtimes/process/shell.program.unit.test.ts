import { shellOf } from './shell.program.js';

test.each([
  ['#!/bin/bash\necho', { command: '/bin/bash', args: [] }],
  ['#! /bin/bash -eu\r\necho', { command: '/bin/bash', args: ['-eu'] }],
  ['#!/usr/bin/env bash', { command: 'bash', args: [] }],
  ['#!/usr/bin/env -S bash -x\n', { command: 'bash', args: ['-x'] }],
  ['#!/bin/sh\n', { command: '/bin/sh', args: [] }],
  ['echo no first line', { command: 'sh', args: [] }],
  ['', { command: 'sh', args: [] }],
  ['#!/usr/bin/python3\nprint()', { command: 'sh', args: [] }],
])('%j', (script, expected) => {
  expect(shellOf(script)).toEqual(expected);
});
