import type { SandboxWorld } from '../../../simulation/upstream.js';

export type SandboxTokens = ReturnType<typeof createSandboxTokens>;

function createTokenText(random: () => number): string {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
}

/** The tokens that a simulated upstream has issued. */
export function createSandboxTokens(world: SandboxWorld) {
  const tokens = new Map<string, { readonly appKey: string; readonly expiresMs: number }>();
  const grant = (appKey: string, lifeMs: number): string => {
    const token = createTokenText(world.random);
    tokens.set(token, { appKey, expiresMs: world.now() + lifeMs });
    return token;
  };
  return {
    /** A token of exactly this life. */
    grant,
    /** Life in milliseconds unless the world says another. */
    issue: (appKey: string, ownLifeMs: number) => {
      const lifeMs = world.tokenLifeMs() ?? ownLifeMs;
      return { token: grant(appKey, lifeMs), lifeMs };
    },
    isValid: (appKey: string, token: string) => {
      const known = tokens.get(token);
      return known !== undefined && known.appKey === appKey && world.now() < known.expiresMs;
    },
    expireAll: () => tokens.clear(),
  };
}
