import type { Quota } from '../core/setting-parsers.js';
import { movePrices } from '../core/simulation/price-moves.js';
import type { SandboxAnswer, SandboxHandler, SandboxUpstream } from '../core/simulation/upstream.js';
import { ANSWER_FAULTS, type AnswerFault, toSandboxJson } from '../core/simulation/upstream.js';
import { CONTROL_PATH, type Control } from './control.js';
import type { Fault, FaultPlan } from './fault-plan.js';
import type { QuotaJudge } from './quota-judge.js';

/** An upstream at work, with the quota that holds for it. */
export interface ServedUpstream {
  readonly upstream: SandboxUpstream;
  readonly handler: SandboxHandler;
  readonly limit: Quota;
}

export interface WholeRequest {
  readonly method: string;
  /** Path and query below the sandbox's origin. */
  readonly target: URL;
  /** The host that the caller meant: `x-bijia-host`, else `Host`, without port. */
  readonly host: string;
  readonly contentType: string;
  readonly body: string;
}

/** What to send, and what shall go wrong on the way. */
export interface RoutedAnswer {
  readonly answer: SandboxAnswer;
  readonly fault?: Fault;
  /** Control answers take no time. */
  readonly instant?: boolean;
}

export interface RouteParts {
  readonly served: readonly ServedUpstream[];
  readonly control: Control;
  readonly judge: QuotaJudge;
  readonly faults: FaultPlan;
  /** What prices are multiplied by now. */
  readonly priceFactor: () => number;
}

/** Short links may also be asked for as `/_short/<host>/<path>`. */
const SHORT_PATH = '/_short/';

function toAnswerFault({ kind, code }: Fault): AnswerFault | undefined {
  const known = ANSWER_FAULTS.find((name) => name === kind);
  return known && { kind: known, code };
}

function findShortLink({ target, host }: WholeRequest): URL | undefined {
  const { pathname, search } = target;
  const place = pathname.startsWith(SHORT_PATH) ? pathname.slice(SHORT_PATH.length) : host + pathname;
  const link = `https://${place}${search}`;
  return URL.canParse(link) ? new URL(link) : undefined;
}

function withMovedPrices(
  answer: SandboxAnswer,
  { amountFields = [] }: SandboxUpstream,
  factor: number,
): SandboxAnswer {
  const { body, headers } = answer;
  if (factor === 1 || typeof body === 'string') return answer;
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return {
    ...answer,
    body: movePrices(toSandboxJson(body), amountFields, factor),
    headers: { ...type, ...headers },
  };
}

/** Decides who answers: the control, a short-link host, or an upstream. */
export function createRoutes({ served, control, judge, faults, priceFactor }: RouteParts) {
  const openShortLink = (request: WholeRequest): RoutedAnswer | undefined => {
    const link = findShortLink(request);
    const owner = served.find(({ upstream }) => link && upstream.shortLinks?.hosts.includes(link.hostname));
    if (!link || !owner?.upstream.shortLinks) return undefined;
    const { id, shortLinks } = owner.upstream;
    const fault = faults.take({ upstream: id, name: 'short-link', path: request.target.pathname, ids: [] });
    return { answer: shortLinks.open(link), fault };
  };
  const call = ({ upstream, handler, limit }: ServedUpstream, request: WholeRequest): RoutedAnswer => {
    const { pathname, searchParams } = request.target;
    const path = pathname.slice(upstream.path.length);
    const { name, ids, group, answer } = handler.read({ ...request, path, query: searchParams });
    const violates =
      group !== undefined && judge.arrive({ upstream: upstream.id, group, name, ids }, limit).violation;
    if (violates) return { answer: answer({ kind: 'throttled' }) };
    const fault = faults.take({ upstream: upstream.id, name, path: pathname, ids });
    const said = answer(fault && toAnswerFault(fault));
    return { answer: withMovedPrices(said, upstream, priceFactor()), fault };
  };
  return (request: WholeRequest): RoutedAnswer => {
    const { pathname } = request.target;
    if (pathname.startsWith(CONTROL_PATH)) {
      return {
        answer: control(request.method, pathname.slice(CONTROL_PATH.length), request.body),
        instant: true,
      };
    }
    const short = openShortLink(request);
    if (short) return short;
    const owner = served.find(({ upstream }) => pathname.startsWith(`${upstream.path}/`));
    if (owner) return call(owner, request);
    return { answer: { status: 404, body: { error: 'no simulated upstream here' } } };
  };
}
