import type { Figure } from './figure.js';
import { connectHttp, connectStdio, type Environment, type McpClient, startTeam } from './mcp-clients.js';
import { median } from './median.js';

const CALLS = 500;
const PRODUCT = 'https://item.jd.com/100012345678.html';

/** What a call costs that asks no upstream: by turns over stdio and HTTP, in both revisions. */
export async function measureCached(environment: Environment): Promise<Figure[]> {
  const team = await startTeam(environment);
  const clients: readonly [string, McpClient][] = [
    ['stdio', await connectStdio('older', environment)],
    ['stdio, 2026-07-28', await connectStdio('newer', environment)],
    ['HTTP', await connectHttp('older', team.url)],
    ['HTTP, 2026-07-28', await connectHttp('newer', team.url)],
  ];
  const times = new Map<string, number[]>(clients.map(([name]) => [name, []]));
  for (let call = 0; call <= CALLS; call += 1) {
    for (const [name, client] of clients) {
      const startMs = performance.now();
      await client.call('get_product', { product: PRODUCT });
      // The first one asks the upstream.
      if (call > 0) times.get(name)?.push(performance.now() - startMs);
    }
  }
  for (const [, client] of clients) await client.close();
  team.child.kill();
  const p50 = (name: string) => median(times.get(name) ?? []);
  return [
    ...clients.map(([name]): Figure => {
      const goal = name === 'stdio' ? { atMost: 5 } : {};
      return { name: `get_product at hand, over ${name} (p50)`, unit: 'ms', value: p50(name), ...goal };
    }),
    { name: '  HTTP beside stdio', unit: '×', value: p50('HTTP') / p50('stdio'), atMost: 4 },
    {
      name: '  the same, 2026-07-28',
      unit: '×',
      value: p50('HTTP, 2026-07-28') / p50('stdio, 2026-07-28'),
      atMost: 4,
    },
  ];
}
