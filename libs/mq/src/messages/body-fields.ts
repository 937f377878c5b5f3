import { z } from 'zod';

export function rowId(entity: string) {
  return z.int().positive().describe(`id of the ${entity} row`);
}

/** The number of the hand-out the message is about; readers ignore messages about another attempt. */
export function attemptNumber() {
  return z.int().positive().describe('attempt of the execution, from 1');
}

export const changeKinds = ['created', 'updated', 'deleted'] as const;
