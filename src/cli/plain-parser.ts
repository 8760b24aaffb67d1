import { subscribe } from 'node:diagnostics_channel';

/** What V8 11, the one of Node 20, counts a function down from before it optimises it, and what it never gets through. */
const BUDGET = { usual: 1_800_000, endless: 1_000_000_000 } as const;

/**
 * For what makes some calls and ends. At the first answer that V8 would begin to optimise the HTTP parser, which takes
 * longer than such a command and keeps the process until it is done; newer ones wait for more answers. The parser
 * keeps the budget it was compiled with, at the first connection. Before and after it the flag stands as usual, since
 * V8 takes no compiled code, not even Node's own, of other flags than it has.
 */
export function keepParserPlain(): void {
  if (!process.versions.v8.startsWith('11.')) return;
  subscribe('undici:client:beforeConnect', (message) => {
    // Node compiles it when it is first needed.
    if (isSecure(message)) process.getBuiltinModule('node:tls');
    setBudget(BUDGET.endless);
  });
  for (const name of ['undici:client:connected', 'undici:client:connectError'])
    subscribe(name, () => setBudget(BUDGET.usual));
}

/** An `import` would load the module where undici, whose parser it is, stays unused. */
const setBudget = (budget: number) =>
  process.getBuiltinModule('node:v8').setFlagsFromString(`--wasm-tiering-budget=${budget}`);

function isSecure(message: unknown): boolean {
  const { connectParams } = message as { readonly connectParams: { readonly protocol?: string } };
  return connectParams.protocol === 'https:';
}
