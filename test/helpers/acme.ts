import { type Config, type Environment, parseConfig } from '../../src/core/config.js';
import type { Upstream } from '../../src/core/lookup/upstream.js';
import { inParam, inPath, type Marketplace } from '../../src/core/marketplace.js';
import type { Connection, Provider } from '../../src/core/provider.js';

const examples = [{ text: 'https://acme.example/1', id: '1' }];

/** A marketplace of digits. */
export const acme: Marketplace = {
  id: 'acme',
  names: { zh: '顶点', en: 'Acme' },
  hosts: ['.acme.example'],
  links: [
    {
      kind: 'shop',
      form: 'acme.example/shop/<id>',
      match: inPath(['acme.example'], /^\/shop\/(\d+)$/),
      examples,
    },
    { kind: 'product', form: 'acme.example/<id>', match: inPath(['acme.example'], /^\/(\d+)$/), examples },
    {
      kind: 'short',
      form: 's.acme.example/<code>',
      match: inPath(['s.acme.example'], /^\/(\w+)$/),
      examples,
    },
  ],
  ids: [{ pattern: /^\d+$/, example: '12345' }],
  shopId: /^\d+$/,
  idColumns: [],
  shownHosts: ['.acme.example'],
  productUrl: (id) => `https://acme.example/${id}`,
  shopUrl: (id) => `https://acme.example/shop/${id}`,
};

/** A marketplace of long digits and one kind of opaque id. */
export const zeta: Marketplace = {
  ...acme,
  id: 'zeta',
  names: { zh: '泽塔', en: 'Zeta' },
  hosts: ['zeta.example'],
  links: [
    {
      kind: 'product',
      form: 'zeta.example/goods?id=<id>',
      match: inParam(['zeta.example'], /^\/goods$/, 'id', /^\d{6,}$/),
      examples,
    },
  ],
  ids: [
    { pattern: /^\d{6,}$/, example: '654321' },
    { idType: 'sign', pattern: /^z_\w+$/, example: 'z_abc' },
  ],
  productUrl: (id, idType) => (idType ? undefined : `https://zeta.example/goods?id=${id}`),
  shopUrl: (id) => `https://zeta.example/mall?id=${id}`,
};

/** A marketplace that is only recognised. */
export const nova: Marketplace = {
  ...acme,
  id: 'nova',
  names: { zh: '新星', en: 'Nova' },
  hosts: ['nova.example'],
  links: [
    { kind: 'product', form: 'nova.example/<id>', match: inPath(['nova.example'], /^\/(\d+)$/), examples },
  ],
  ids: [],
};

export function createProvider(
  id: string,
  marketplace: Marketplace,
  parts: Partial<Provider> = {},
): Provider {
  const provider: Partial<Provider> = {
    id,
    names: { zh: id, en: id },
    marketplace,
    settings: {},
    capabilities: ['product', 'shop'],
    ...parts,
  };
  return provider as Provider;
}

/** A source that answers with `connection`. */
export function createTestUpstream(provider: Provider, connection: Partial<Connection> = {}): Upstream {
  let isSandbox: true | undefined;
  const source: Partial<Upstream> = {
    provider,
    connection: connection as Connection,
    identity: provider.id,
    get isSandbox() {
      return isSandbox;
    },
    markSandbox: () => {
      isSandbox = true;
    },
  };
  return source as Upstream;
}

export function createConfig(
  configured: readonly Provider[],
  unconfigured: readonly Provider[] = [],
  environment: Environment = {},
): Config {
  const config: Partial<Config> = {
    ...parseConfig(environment, { providers: [], readFile: () => '' }),
    providers: [...configured, ...unconfigured],
    configured: configured.map((provider) => ({ provider, values: {} })),
    unconfigured: unconfigured.map((provider) => ({
      provider,
      missing: [`${provider.id.toUpperCase()}_KEY`, `${provider.id.toUpperCase()}_SECRET`],
    })),
  };
  return config as Config;
}
