import type { Client } from '@attune/contract';

/** Prints every secret that it is given, in every form that is promised to be hidden, and waits for its gate before. */
const program = `
import json, os, sys, time, urllib.parse
given = json.load(sys.stdin)
while not os.path.exists(given["gate"]):
    time.sleep(0.05)
secret = given.get("secret", {})
token = str(given.get("token"))
for text in [token, token.removeprefix("Bearer "), secret.get("password", "")] + given.get("lines", "").split("\\n"):
    print(text)
    print(json.dumps({"decoded": text}))
    print(json.dumps({"decoded": text}, ensure_ascii=False))
    print("https://example.test/?q=" + urllib.parse.quote(text, safe=""))
    print("failed with " + text, file=sys.stderr)
print(json.dumps({"echo": given, "nested": [given.get("token")]}))
sys.exit(given.get("exit", 0))
`;

const secret = { secret: true } as const;

/** A pack whose actions leak what they are given, and rules that give them keys and configuration. */
export async function defineLeaks(client: Client, { token }: { token: string }): Promise<void> {
  await client.packs.create({
    body: {
      ref: 'leaky',
      label: 'Leaky',
      version: '1.0.0',
      conf_schema: { token: { type: 'string', ...secret } },
      config: { token },
    },
  });
  await client.triggers.create({ body: { ref: 'leaky.happened', label: 'Happened' } });
  await client.actions.create({
    body: {
      ref: 'leaky.print',
      label: 'Print',
      runtime_ref: 'core.python',
      entrypoint: program,
      parameter_delivery: 'stdin',
      parameter_format: 'json',
      output_format: 'json',
      param_schema: {
        gate: { type: 'string', required: true },
        token: { type: 'string', ...secret },
        secret: { type: 'object', ...secret },
        lines: { type: 'string', ...secret },
        exit: { type: 'integer', default: 0 },
      },
      retry: { count: 1, delay: 0, on: ['failed'] },
    },
  });
  const gate = '{{ event.payload.gate }}';
  const rules: Record<string, Record<string, unknown>> = {
    keys: {
      gate,
      token: 'Bearer {{ keys.leaky.token }}',
      secret: '{{ keys.leaky.object }}',
      lines: '{{ keys.leaky.lines }}',
    },
    config: { gate, token: '{{ pack.config.token }}' },
    fails: { gate, token: '{{ keys.leaky.token }}', exit: 3 },
    misfit: { gate, secret: '{{ keys.leaky.token }}' },
  };
  for (const [name, action_params] of Object.entries(rules)) {
    await client.rules.create({
      body: {
        ref: `leaky.${name}`,
        label: name,
        trigger_ref: 'leaky.happened',
        action_ref: 'leaky.print',
        action_params,
      },
    });
  }
}
