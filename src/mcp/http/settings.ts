import { ConfigError, type Setting, type ValuesOf } from '../../core/index.js';

const nameList = (env: string, about: string, example: string): Setting<readonly string[]> => ({
  env,
  about,
  example,
  parse: (text) => text.split(/[\s,]+/).filter((name) => name !== ''),
  fallback: [],
});

/** The variables of the team server. */
export const HTTP_SETTINGS = {
  tokens: {
    env: 'BIJIA_HTTP_TOKENS',
    about: 'Who may call: name=token, separated by commas; without it only this machine may',
    example: 'ann=a-long-secret-of-ann,bob=a-long-secret-of-bob',
    parse: parseTokens,
    secret: true,
    fallback: [],
  },
  hosts: nameList(
    'BIJIA_HTTP_HOSTS',
    'Names under which the server is reached, besides localhost',
    'bijia.example.com',
  ),
  origins: nameList(
    'BIJIA_HTTP_ORIGINS',
    'Hosts of web pages that may call, besides localhost',
    'tools.example.com',
  ),
} satisfies Record<string, Setting<unknown>>;

export type HttpValues = ValuesOf<typeof HTTP_SETTINGS>;

/** Who may call, by what they show. */
export interface NamedToken {
  readonly name: string;
  readonly token: string;
}

const MIN_TOKEN_LENGTH = 16;

/** @throws ConfigError, which repeats no token */
function parseTokens(text: string): readonly NamedToken[] {
  const tokens = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, name = '', token = ''] = /^([A-Za-z0-9_-]{1,32})=(\S+)$/.exec(entry) ?? [];
      return { name, token };
    });
  if (tokens.some(({ token }) => token.length < MIN_TOKEN_LENGTH)) {
    throw new ConfigError(`expects name=token, each token at least ${MIN_TOKEN_LENGTH} characters long`);
  }
  for (const part of ['name', 'token'] as const) {
    if (new Set(tokens.map((one) => one[part])).size < tokens.length) {
      throw new ConfigError(`expects each ${part} once`);
    }
  }
  return tokens;
}
