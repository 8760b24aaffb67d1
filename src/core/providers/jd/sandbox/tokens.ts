import type { SandboxWorld } from '../../../simulation/upstream.js';

export interface SandboxTokens {
  /** Life in milliseconds unless the world says another. */
  readonly issue: (appKey: string, lifeMs: number) => { readonly token: string; readonly lifeMs: number };
  /** A token of exactly this life. */
  readonly grant: (appKey: string, lifeMs: number) => string;
  readonly isValid: (appKey: string, token: string) => boolean;
  readonly expireAll: () => void;
}

function createTokenText(random: () => number): string {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
}

/** The tokens that a simulated upstream has issued. */
export function createSandboxTokens(world: SandboxWorld): SandboxTokens {
  const tokens = new Map<string, { readonly appKey: string; readonly expiresMs: number }>();
  const grant = (appKey: string, lifeMs: number): string => {
    const token = createTokenText(world.random);
    tokens.set(token, { appKey, expiresMs: world.now() + lifeMs });
    return token;
  };
  return {
    grant,
    issue: (appKey, ownLifeMs) => {
      const lifeMs = world.tokenLifeMs() ?? ownLifeMs;
      return { token: grant(appKey, lifeMs), lifeMs };
    },
    isValid: (appKey, token) => {
      const known = tokens.get(token);
      return known !== undefined && known.appKey === appKey && world.now() < known.expiresMs;
    },
    expireAll: () => tokens.clear(),
  };
}
