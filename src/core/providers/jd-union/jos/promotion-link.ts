import { CredentialError } from '../../../errors.js';
import {
  type Connection,
  isNotPermitted,
  NOT_PERMITTED,
  type Probe,
  type PromotionLink,
} from '../../../provider.js';
import { say } from '../../../words/doctor.js';
import { jd } from '../../jd/links.js';
import {
  createCommonLinkCall,
  createSubUnionLinkCall,
  type JdPromotionLink,
  SUB_UNION_METHOD,
} from './link-calls.js';
import type { Promoter } from './products.js';

type GetPromotionLink = NonNullable<Connection['getPromotionLink']>;

/**
 * A short link by the method that JD opens to large promoters; without that right a long one by the method for everyone
 * with a registered site.
 * @throws CredentialError without the right and without a site
 */
export async function getPromotionLink(
  { gateway, send, rights }: Promoter,
  siteId: string | undefined,
  { url: productUrl }: Parameters<GetPromotionLink>[0],
  { subId: subUnionId, ...options }: Parameters<GetPromotionLink>[1],
): Promise<PromotionLink> {
  const request = { productUrl, subUnionId };
  try {
    const call = createSubUnionLinkCall(gateway, request);
    return toShared(await rights.ask(SUB_UNION_METHOD, options, () => send(call, options)));
  } catch (error) {
    if (!isNotPermitted(error)) throw error;
    if (!siteId) throw createSiteNeededError(error);
    return toShared(await send(createCommonLinkCall(gateway, request, siteId), options));
  }
}

const toShared = ({ url, shortUrl }: JdPromotionLink): PromotionLink => ({ url: shortUrl ?? url });

function createSiteNeededError(cause: CredentialError): CredentialError {
  return new CredentialError(
    `This application may not call ${SUB_UNION_METHOD}. Apply for it at union.jd.com, or register a site there and set JD_UNION_SITE_ID.`,
    { code: NOT_PERMITTED, detail: cause.detail, cause },
  );
}

/** Whether promotion links can be made, by whichever method is configured. */
export function createLinkProbe({ gateway, send }: Promoter, siteId: string | undefined): Probe {
  const productUrl = jd.productUrl(jd.ids[0]?.example ?? '') ?? '';
  const call = siteId
    ? createCommonLinkCall(gateway, { productUrl }, siteId)
    : createSubUnionLinkCall(gateway, { productUrl });
  const run: Probe['run'] = async (options) => {
    try {
      await send(call, options);
      return say((words) => words.made);
    } catch (error) {
      throw isNotPermitted(error) && !siteId ? createSiteNeededError(error) : error;
    }
  };
  return { name: say(({ probes }) => probes.promotionLink), cost: 'quota', isApart: true, run };
}
