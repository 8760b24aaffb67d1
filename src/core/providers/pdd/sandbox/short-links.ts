import {
  createDice,
  redirect,
  type SandboxAnswer,
  type SandboxSample,
} from '../../../simulation/upstream.js';
import { RECORDED_PRODUCT } from './recorded.js';

const SHORT_HOST = 'p.pinduoduo.com';
const PAGE_HOST = 'mobile.yangkeduo.com';
const RECORDED = `https://${PAGE_HOST}/goods.html?goods_id=${RECORDED_PRODUCT.data.goods_id}`;

interface SpecialCode {
  readonly about: string;
  readonly answer: SandboxAnswer;
}

/** Codes that mean the same as a path and as a `ps` token. */
const SPECIAL: Readonly<Record<string, SpecialCode>> = {
  dead: { about: 'answers 404', answer: { status: 404, body: 'Not Found' } },
  loop: { about: 'redirects to itself', answer: redirect(`https://${SHORT_HOST}/loop`) },
  evil: {
    about: 'redirects to a look-alike host',
    answer: redirect(`https://${PAGE_HOST}.evil.example/goods.html?goods_id=8420152864`),
  },
  local: { about: 'redirects to a private address', answer: redirect('http://169.254.169.254/latest') },
  nowhere: { about: 'redirects without an address', answer: { status: 302, body: '' } },
  home: { about: 'leads to no product', answer: redirect(`https://${PAGE_HOST}/search_result.html?q=test`) },
  shop: {
    about: 'leads to a shop',
    answer: redirect(`https://${PAGE_HOST}/mall_page.html?mall_id=216822562`),
  },
  app: {
    about: 'leads to a page that carries the product',
    answer: redirect(`https://${PAGE_HOST}/app.html?launch_url=goods.html%3Fgoods_id%3D8420152864`),
  },
  recorded: { about: 'the recorded product', answer: redirect(RECORDED) },
  broken: { about: 'answers 500', answer: { status: 500, body: 'Internal Server Error' } },
};

/** `p<digits>` names its product; every other code stands for one that follows from it. */
function getGoodsLink(code: string): string {
  const named = /^p([1-9]\d{5,14})$/.exec(code)?.[1];
  const drawn = createDice(`short ${code}`).whole(10 ** 11, 9 * 10 ** 11);
  // Shift by one where the drawn id would be an unknown one.
  const id = named ?? String(drawn % 1000 === 404 ? drawn + 1 : drawn);
  return `https://${PAGE_HOST}/goods.html?_wvx=10&goods_id=${id}&page_from=29&refer_share_channel=copy_link`;
}

function openShortLink(link: URL): SandboxAnswer {
  const code = link.searchParams.get('ps') ?? (link.hostname === SHORT_HOST ? link.pathname.slice(1) : '');
  const special = SPECIAL[code];
  if (special) return special.answer;
  if (code === '') return { status: 200, body: '<!DOCTYPE html><html><body>拼多多</body></html>' };
  if (link.hostname === SHORT_HOST) return redirect(`https://${PAGE_HOST}/goods1.html?ps=${code}`);
  if (link.pathname !== '/mall_page.html') return redirect(getGoodsLink(code));
  const mallId = createDice(`mall ${code}`).whole(100_000_000, 999_999_999);
  return redirect(`https://${PAGE_HOST}/mall_page.html?mall_id=${mallId}`);
}

export const SHORT_LINKS = { hosts: [SHORT_HOST, PAGE_HOST], open: openShortLink };

export const SHORT_LINK_SAMPLES: readonly SandboxSample[] = [
  {
    kind: 'short',
    id: `https://${SHORT_HOST}/Id2XBFcQ`,
    about: 'two redirects to a product; so does every other code',
  },
  { kind: 'short', id: `https://${PAGE_HOST}/goods2.html?ps=CQGwm6NMIa`, about: 'one redirect to a product' },
  { kind: 'short', id: `https://${PAGE_HOST}/mall_page.html?ps=CQGwm6NMIa`, about: 'one redirect to a shop' },
  { kind: 'short', id: `https://${SHORT_HOST}/p8420152864`, about: 'p and digits: names its product' },
  ...Object.entries(SPECIAL).map(([code, { about }]) => ({
    kind: 'short' as const,
    id: `https://${SHORT_HOST}/${code}`,
    about,
  })),
];
