import {
  type BijiaError,
  ConfigError,
  CredentialError,
  InputError,
  NotFoundError,
  ResponseError,
  ThrottledError,
  UpstreamError,
} from '../../errors.js';
import { type ErrorRow, NOT_PERMITTED, type ProviderErrorWords } from '../../provider.js';

/** Code of the error for a promotion place that has not been authorised yet. */
export const PID_NOT_AUTHORISED = 'pid_not_authorised';

type CreateError = ErrorRow['create'];

const refuseParameters: CreateError = (detail) =>
  new InputError('Pinduoduo does not accept what was asked for. Check the link or id.', { detail });

const refuseAccount =
  (what: string, code?: string): CreateError =>
  (detail) =>
    new CredentialError(`Pinduoduo refuses the call: ${what}`, { code, detail });

const refuseRight = refuseAccount(
  'this application has no right to this interface. Ask for it in the console at open.pinduoduo.com.',
  NOT_PERMITTED,
);

const restrict = refuseAccount(
  'it has restricted this application. Stop, and look at open.pinduoduo.com before going on.',
  'account_restricted',
);

const stopAddress: CreateError = (detail) =>
  new ConfigError(
    'Pinduoduo does not know this interface at this address. Check PDD_DDK_GATEWAY_URL; it may also have been withdrawn.',
    { code: 'wrong_address', facts: { settings: 'PDD_DDK_GATEWAY_URL' }, detail },
  );

const throttle: CreateError = (detail) =>
  new ThrottledError('Pinduoduo says that calls come too often. Wait a second and try again.', {
    detail,
    retryAfterMs: 1000,
  });

const createFailure: CreateError = (detail) =>
  new UpstreamError('Pinduoduo has a failure inside. Try again in a minute.', { detail });

/** For a product outside the promotion programme. @param what names it, such as by its id */
export function createNotPromotedError(what: string, detail?: string): NotFoundError {
  return new NotFoundError(
    `Duoduo Jinbao does not have ${what}: it takes no part in Pinduoduo's promotion programme, or it is gone.`,
    { code: 'not_promoted', detail },
  );
}

const BUSINESS = '50001';
const NOT_BOUND = `${BUSINESS}/20001`;
const NOT_AUTHORISED = `${BUSINESS}/60001`;
const WRONG_PID = `${BUSINESS}/PID`;
const NOT_PROMOTED = `${BUSINESS}/NOT_PROMOTED`;

/** Codes of the gateway's document, with its own names; cases of 50001 are told apart by `sub_code` and by words. */
const TABLE: readonly (readonly [codes: string, meaning: string, create: CreateError])[] = [
  ['10000 21001 21002 52004', 'parameters', refuseParameters],
  [BUSINESS, '业务服务错误: the business service refuses', refuseParameters],
  [
    NOT_BOUND,
    '非多多客: not bound to a promoter',
    refuseAccount(
      'PDD_DDK_CLIENT_ID is not bound to a promoter yet. Bind it at jinbao.pinduoduo.com.',
      'not_bound',
    ),
  ],
  [
    NOT_AUTHORISED,
    '未授权备案: promotion place not authorised',
    refuseAccount(
      'nobody has authorised PDD_DDK_PID with PDD_DDK_CUSTOM_PARAMETERS yet. Run "bijia login pdd-ddk" and open the page in the Pinduoduo app.',
      PID_NOT_AUTHORISED,
    ),
  ],
  [
    WRONG_PID,
    '用户PID不正确: not a promotion place of this account',
    refuseAccount(
      'PDD_DDK_PID is not a promotion place of this account. jinbao.pinduoduo.com lists them.',
      'pid_refused',
    ),
  ],
  [NOT_PROMOTED, '商品未参与推广: not promoted', (detail) => createNotPromotedError('this product', detail)],
  [
    '10001',
    '公共参数错误: a common parameter',
    refuseAccount(
      'a parameter that every call has is wrong. Check PDD_DDK_CLIENT_ID and the clock of this machine.',
    ),
  ],
  ['10016 20032', 'client_id', refuseAccount('PDD_DDK_CLIENT_ID is unknown.')],
  ['20004', '签名验证失败: signature', refuseAccount('the signature is wrong. Check PDD_DDK_CLIENT_SECRET.')],
  [
    '20005',
    'IP not on the white list',
    refuseAccount(
      "this machine's address is not on the application's white list. Add it at open.pinduoduo.com.",
    ),
  ],
  ['20031 30000', '用户没有授权访问此接口: no permission', refuseRight],
  ['10017 20034 20035', 'unknown interface, interface offline, wrong gateway', stopAddress],
  ['52101 70031', '调用过于频繁: throttled', throttle],
  [
    '70036',
    'allowance of an unreleased application used up',
    refuseAccount(
      'the allowance of an application that is not released yet is used up. Release it at open.pinduoduo.com.',
      'allowance_used',
    ),
  ],
  ['70032 70034 70035', 'forbidden, risk control', restrict],
  ['50000 50002 52001 52103 70033', 'failure inside, degraded', createFailure],
];

export const ERROR_ROWS: readonly ErrorRow[] = TABLE.flatMap(([codes, meaning, create]) =>
  codes.split(' ').map((code) => ({ code, meaning, create })),
);

export interface DdkRefusal {
  readonly error_code?: string;
  readonly error_msg: string;
  readonly sub_code?: string;
  readonly sub_msg: string;
}

/** The error that a refusal stands for; a ResponseError for a code that the table does not list. */
export function createDdkError(refusal: DdkRefusal): BijiaError {
  const { error_code = '', sub_code, error_msg, sub_msg } = refusal;
  const code = error_code === BUSINESS ? getBusinessCode(refusal) : error_code;
  const parts = [error_code, sub_code, error_msg, sub_msg].filter(Boolean);
  const detail = `code ${parts.join(' ').slice(0, 200)}`;
  const known = ERROR_ROWS.find((one) => one.code === code);
  if (known) return known.create(detail);
  if (isInside(code)) return createFailure(detail);
  return new ResponseError(`Pinduoduo answered with the unknown code ${code}. Report it with the log.`, {
    detail,
  });
}

/** The words decide before the code: one report shows 20001 next to the words of 60001. */
function getBusinessCode({ sub_code, sub_msg, error_msg }: DdkRefusal): string {
  const words = `${sub_msg} ${error_msg}`;
  if (/备案/.test(words)) return NOT_AUTHORISED;
  if (/PID\s*不正确/i.test(words)) return WRONG_PID;
  if (/(?:未参与|没有参与|未参加|不在)推广/.test(words)) return NOT_PROMOTED;
  const code = `${BUSINESS}/${sub_code}`;
  return code === NOT_BOUND || code === NOT_AUTHORISED || code === WRONG_PID ? code : BUSINESS;
}

/** 52001 to 52103 are failures inside, but for those that stand in the table. */
const isInside = (code: string) => /^\d{5}$/.test(code) && Number(code) >= 52_001 && Number(code) <= 52_103;

export const ERROR_WORDS: ProviderErrorWords = {
  [NOT_PERMITTED]: {
    en: "Pinduoduo doesn't allow this here yet. The administrator has to ask for the right.",
    zh: '拼多多还没有开放这个功能，要等管理员申请权限。',
  },
  [PID_NOT_AUTHORISED]: {
    en: "Pinduoduo isn't set up to the end here. The administrator has to authorise it.",
    zh: '拼多多还没有完成备案授权，要等管理员处理。',
  },
  not_promoted: {
    en: "Pinduoduo doesn't promote this product, or it is gone. Check the link.",
    zh: '这个商品没有参加多多进宝推广，或者已下架。请核对链接。',
  },
  several_products: {
    en: 'Pinduoduo found several products for this link. Paste the product page itself.',
    zh: '这个链接对应多个商品，分不清是哪一个。请发商品页的链接。',
  },
  risk_control: {
    en: "Pinduoduo hides this product's data just now. Try again later.",
    zh: '拼多多暂时不给出这个商品的数据，请晚点再试。',
  },
  continuation_expired: {
    en: 'This page of the search can no longer be had. Search again.',
    zh: '这一页搜索结果已失效，请重新搜索。',
  },
};
