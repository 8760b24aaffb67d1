import { afterEach } from 'vitest';
import { sandboxUpstream as jdOpen } from '../../../src/core/providers/jd-open/sandbox/index.js';
import { sandboxUpstream as jdUnion } from '../../../src/core/providers/jd-union/sandbox/index.js';
import { sandboxUpstream as jumdata } from '../../../src/core/providers/pdd-jumdata/sandbox/index.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/start-sandbox.js';

export const upstreams = [jdUnion, jdOpen, jumdata];

/** Starts sandboxes that end with the test. The quota is wide unless a test is about it. */
export function createStarter(): (options?: Partial<SandboxOptions>) => Promise<Sandbox> {
  const running: Sandbox[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
  });
  return async (options = {}) => {
    const sandbox = await startSandbox({ upstreams, quota: '10000/60s', ...options });
    running.push(sandbox);
    return sandbox;
  };
}
