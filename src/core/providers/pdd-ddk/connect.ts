import { CredentialError, InputError } from '../../errors.js';
import type { CallOptions, Connection, Consent, Probe, Toolbox } from '../../provider.js';
import { say } from '../../words/doctor.js';
import { pdd } from '../pdd/links.js';
import {
  createAuthorityCall,
  createConsentCall,
  createConvertCall,
  createDetailCall,
  createPromoteCall,
  createSearchCall,
  toPromotionLink,
} from './calls.js';
import { PID_NOT_AUTHORISED } from './errors.js';
import {
  createTools,
  getEach,
  getProduct,
  getProductsBySign,
  SIGNS_PER_CALL,
  type Tools,
} from './products.js';
import { search } from './search.js';
import { type DdkValues, MAX_CUSTOM_BYTES, readObject } from './settings.js';

/** Pinduoduo's interface for promoters. */
export function connectDdk(toolbox: Toolbox<DdkValues>): Connection {
  const tools = createTools(toolbox);
  const getOne: Connection['getProduct'] = (id, detail, options) => getProduct(tools, id, detail, options);
  const getProducts: NonNullable<Connection['getProducts']> = async (ids, detail, options) => {
    const [first] = ids;
    if (first && (ids.length === 1 || first.idType === undefined || detail === 'full')) {
      return getEach(tools, ids, detail, options);
    }
    return getProductsBySign(tools, ids, options);
  };
  return {
    getProduct: getOne,
    getProducts,
    idsPerCall: (detail, idType) => (idType === undefined || detail === 'full' ? 1 : SIGNS_PER_CALL),
    callsPerGroup: (detail, _, idType) => (detail === 'full' && idType === undefined ? 2 : 1),
    cacheLevel: (detail) => (detail === 'full' ? 'full' : 'row'),
    tells: () => ['coupon', 'group', 'single'],
    search: (query, continuation, options) => search(tools, query, continuation, options),
    getPromotionLink: (product, options) => getPromotionLink(tools, product, options),
    probes: createProbes(tools),
  };
}

type GetPromotionLink = NonNullable<Connection['getPromotionLink']>;

/**
 * With the operator's mark where the place was authorised with it, too: Pinduoduo records the pair of place and parameters,
 * and links with another pair are refused. Those are made without the mark, which the answer says.
 */
async function getPromotionLink(
  tools: Tools,
  product: Parameters<GetPromotionLink>[0],
  { subId, ...options }: Parameters<GetPromotionLink>[1],
): ReturnType<GetPromotionLink> {
  if (subId === undefined) return makeLink(tools, product, undefined, options);
  try {
    return await makeLink(tools, product, addSubId(tools.settings, subId), options);
  } catch (error) {
    if (!(error instanceof CredentialError) || error.code !== PID_NOT_AUTHORISED) throw error;
    return { ...(await makeLink(tools, product, undefined, options)), withoutSubId: true };
  }
}

async function makeLink(
  { settings, send }: Tools,
  { id, idType, url }: Parameters<GetPromotionLink>[0],
  customParameters: string | undefined,
  options: CallOptions,
): ReturnType<GetPromotionLink> {
  const addresses =
    idType === undefined
      ? await send(createConvertCall(settings, { url, customParameters }), options)
      : await send(createPromoteCall(settings, { sign: id, customParameters }), options);
  return toPromotionLink(addresses);
}

/** The operator's own mark next to the uid. @throws InputError */
function addSubId({ customParameters = '{}' }: DdkValues, subId: string): string {
  const text = JSON.stringify({ ...readObject(customParameters), sid: subId });
  if (Buffer.byteLength(text) <= MAX_CUSTOM_BYTES) return text;
  throw new InputError(
    `The mark of a Pinduoduo promotion link is too long: with PDD_DDK_CUSTOM_PARAMETERS, ${MAX_CUSTOM_BYTES} bytes are allowed.`,
    { code: 'sub_id_too_long' },
  );
}

/** The operator's authorisation of the promotion place, in the Pinduoduo app. */
export function createConsent({ settings, send }: Toolbox<DdkValues>): Consent {
  return {
    getPage: (options) => send(createConsentCall(settings), options),
    isGiven: (options) => send(createAuthorityCall(settings), options),
  };
}

const getSample = (wanted: string | undefined) =>
  pdd.ids.find(({ idType }) => idType === wanted)?.example ?? '';
const SAMPLE_SIGN = getSample('goods_sign');
const SAMPLE_URL = pdd.productUrl(getSample(undefined)) ?? '';

/** Details work before the place is authorised, everything else only after: each right is tried on its own. */
function createProbes({ settings, send }: Tools): Probe[] {
  const probe = (name: Probe['name'], run: Probe['run']): Probe => ({
    name,
    cost: 'quota',
    isApart: true,
    run,
  });
  return [
    {
      name: say(({ probes }) => probes.oneProduct),
      cost: 'quota',
      run: async (options) => {
        const row = await send(createDetailCall(settings, { sign: SAMPLE_SIGN }), options);
        const title = row && (row.goods_name ?? row.goods_sign);
        return say(({ accepted, answeredWith }) => (title ? answeredWith(title) : accepted));
      },
    },
    probe(
      say(({ probes }) => probes.variants),
      async (options) => {
        await send(createDetailCall(settings, { sign: SAMPLE_SIGN, withSkus: true }), options);
        return say((words) => words.permitted);
      },
    ),
    probe(
      say(({ probes }) => probes.promotionPlace),
      async (options) => {
        if (await send(createAuthorityCall(settings), options)) return say((words) => words.authorised);
        throw new CredentialError(
          'Nobody has authorised PDD_DDK_PID with PDD_DDK_CUSTOM_PARAMETERS yet: searching, links with goods_id and promotion links need it. Run "bijia login pdd-ddk".',
          { code: PID_NOT_AUTHORISED },
        );
      },
    ),
    probe(
      say(({ probes }) => probes.search),
      async (options) => {
        const { rows } = await send(createSearchCall(settings, { keyword: SAMPLE_URL }), options);
        return say(({ foundCount }) => foundCount(rows.length));
      },
    ),
    probe(
      say(({ probes }) => probes.promotionLink),
      async (options) => {
        toPromotionLink(await send(createConvertCall(settings, { url: SAMPLE_URL }), options));
        return say((words) => words.made);
      },
    ),
  ];
}
