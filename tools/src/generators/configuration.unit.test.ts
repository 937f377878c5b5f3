import { z } from 'zod';
import { renderConfiguration } from './configuration.generator.js';

const log = z
  .strictObject({ level: z.enum(['low', 'high']).default('low').describe('how loud') })
  .prefault({});
const page = renderConfiguration({
  one: z.strictObject({ log, door: z.strictObject({ key: z.string().min(1).describe('opens it') }) }),
  two: z.strictObject({ log }),
});

test('each key stands once, under its section, with type, default and meaning', () => {
  expect(page.split('`log.level`')).toHaveLength(2);
  expect(page).toContain('## log');
  expect(page).toContain('| `log.level` | `low` or `high` | `"low"` | how loud | all |');
});

test('what must be set says so, and who reads it', () => {
  expect(page).toContain('| `door.key` | string, not empty | **required** | opens it | one |');
});
