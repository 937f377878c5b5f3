import { renderStateMachines } from './state-machines.generator.js';

test('the first state is where a row begins, states without a way out are final', () => {
  expect(
    renderStateMachines({ Door: { open: ['closed'], closed: ['open', 'locked'], locked: [] } }),
  ).toContain(
    `## Door

\`\`\`mermaid
stateDiagram-v2
  [*] --> open
  open --> closed
  closed --> open
  closed --> locked
  locked --> [*]
\`\`\``,
  );
});
