/** Runtimes that come with Attune, by the short name that dispatch queues carry. More are data. */
export const builtinRuntimes = ['shell', 'python', 'nodejs', 'native', 'http', 'noop'] as const;
export type BuiltinRuntime = (typeof builtinRuntimes)[number];

/** Runtimes whose actions may have the script itself as their entry point. */
export const inlineRuntimes: readonly BuiltinRuntime[] = ['shell', 'python', 'nodejs'];

export const isolations = ['process', 'warm', 'sandbox'] as const;
export type Isolation = (typeof isolations)[number];

export const parameterDeliveries = ['stdin', 'file'] as const;
export type ParameterDelivery = (typeof parameterDeliveries)[number];

export const parameterFormats = ['dotenv', 'json', 'yaml'] as const;
export type ParameterFormat = (typeof parameterFormats)[number];

export const outputFormats = ['text', 'json', 'yaml', 'jsonl'] as const;
export type OutputFormat = (typeof outputFormats)[number];

export const logStreams = ['stdout', 'stderr'] as const;
export type LogStream = (typeof logStreams)[number];
