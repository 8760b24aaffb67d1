import { expect, it } from 'vitest';
import type { Core } from '../../src/core/index.js';
import { createPublicCore } from '../../src/mcp/http/public-core.js';

it('the core as others may see it is made up as soon as its upstreams have said so', () => {
  let isMadeUp = false;
  const core = Object.defineProperty({} as Core, 'isSandbox', { enumerable: true, get: () => isMadeUp });
  const open = createPublicCore(core);
  expect(open.isSandbox).toBe(false);
  isMadeUp = true;
  expect(open.isSandbox).toBe(true);
});
