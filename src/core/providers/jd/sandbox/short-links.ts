import {
  createDice,
  redirect,
  type SandboxAnswer,
  type SandboxSample,
} from '../../../simulation/upstream.js';
import { FLAGSHIP_ID } from './flagship.js';

const PRODUCT = `https://item.jd.com/${FLAGSHIP_ID}.html`;

/** `u.jd.com` and `union-click.jd.com` answer pages whose script holds the next address. */
const PAGE_HOSTS = ['u.jd.com', 'union-click.jd.com'];
const HOSTS = ['3.cn', '3.jd.hk', ...PAGE_HOSTS];

const page = (content: string): SandboxAnswer => ({
  status: 200,
  body: `<!DOCTYPE html><html><head><title>京东</title>${content}</head><body></body></html>`,
});
const scriptTo = (address: string): SandboxAnswer =>
  page(`<script>var hrl='${address}';location.replace(hrl);</script>`);

interface SpecialCode {
  readonly about: string;
  readonly answer: SandboxAnswer;
}

/** Codes that mean the same on every host. */
const SPECIAL: Readonly<Record<string, SpecialCode>> = {
  dead: { about: 'answers 404', answer: { status: 404, body: 'Not Found' } },
  loop: { about: 'redirects to itself', answer: redirect('https://3.cn/loop') },
  chain: {
    about: 'three hops, the last one a page with a script',
    answer: redirect('https://3.jd.hk/chain2'),
  },
  chain2: { about: 'second hop of chain', answer: redirect('https://u.jd.com/chain3') },
  chain3: { about: 'third hop of chain', answer: scriptTo(PRODUCT) },
  relative: { about: 'redirects by a path only', answer: redirect(`/p${FLAGSHIP_ID}`) },
  evil: {
    about: 'redirects to a look-alike host',
    answer: redirect(`https://item.jd.com.evil.example/${FLAGSHIP_ID}.html`),
  },
  script: { about: 'a script that leads to a foreign host', answer: scriptTo('https://evil.example/x.html') },
  local: { about: 'redirects to a private address', answer: redirect('http://127.0.0.1/admin') },
  port: {
    about: 'redirects to an odd port',
    answer: redirect(`https://item.jd.com:8443/${FLAGSHIP_ID}.html`),
  },
  user: {
    about: 'redirects to an address with userinfo',
    answer: redirect(`https://user@item.jd.com/1.html`),
  },
  nowhere: { about: 'redirects without an address', answer: { status: 302, body: '' } },
  home: { about: 'leads to no product', answer: redirect('https://www.jd.com/') },
  shop: { about: 'leads to a shop', answer: redirect('https://mall.jd.com/index-1000462158.html') },
  login: {
    about: 'leads to a login page that carries the product',
    answer: redirect(`https://plogin.m.jd.com/login/login?returnurl=${encodeURIComponent(PRODUCT)}`),
  },
  huge: {
    about: 'a page of one mebibyte',
    answer: page(`${' '.repeat(2 ** 20)}<script>var hrl='${PRODUCT}'</script>`),
  },
  blank: { about: 'a page without a next address', answer: page('') },
  broken: { about: 'answers 500', answer: { status: 500, body: 'Internal Server Error' } },
};

const HOPS = 7;

/** `p<digits>` names its product; every other code stands for one that follows from it. */
function getProductLink(code: string): string {
  const named = /^p([1-9]\d{0,19})$/.exec(code)?.[1];
  const drawn = createDice(`short ${code}`).whole(10 ** 11, 10 ** 11 + 10 ** 9 - 1);
  // Shift by one where the drawn id would be an unknown one.
  const id = named ?? String(drawn % 1000 === 404 ? drawn + 1 : drawn);
  return `https://item.m.jd.com/product/${id}.html`;
}

function openShortLink(link: URL): SandboxAnswer {
  const code = link.searchParams.get('d') ?? link.pathname.slice(1);
  const special = SPECIAL[code];
  if (special) return special.answer;
  const hop = /^deep([1-9])?$/.exec(code);
  if (hop) {
    const next = Number(hop[1] ?? 1) + 1;
    return redirect(next > HOPS ? PRODUCT : `https://3.cn/deep${next}`);
  }
  if (link.hostname === 'u.jd.com')
    return scriptTo(`https://union-click.jd.com/jdc?d=${encodeURIComponent(code)}`);
  const target = getProductLink(code);
  return PAGE_HOSTS.includes(link.hostname) ? scriptTo(target) : redirect(target);
}

export const SHORT_LINKS = { hosts: HOSTS, open: openShortLink };

export const SHORT_LINK_SAMPLES: readonly SandboxSample[] = [
  { kind: 'short', id: 'https://3.cn/35RO-7uG', about: 'redirects to a product; so does every other code' },
  { kind: 'short', id: 'https://u.jd.com/0CMGTMh', about: 'two pages with a script, then a product' },
  { kind: 'short', id: `https://3.cn/p${FLAGSHIP_ID}`, about: 'p and digits: names its product' },
  { kind: 'short', id: 'https://3.cn/deep', about: `${HOPS} hops` },
  ...Object.entries(SPECIAL).map(([code, { about, answer }]) => ({
    kind: 'short' as const,
    // Pages are read on the hosts that are known to send them only.
    id: `https://${answer.status === 200 ? PAGE_HOSTS[0] : '3.cn'}/${code}`,
    about,
  })),
];
