import { InvalidArgumentError } from 'commander';
import {
  findMarketplaceByName,
  joinAny,
  listSupported,
  parseAmountFen,
  parseOutputFormat,
  parsePriceMoves,
  parseQuota,
  parseWholeNumber,
  providers,
} from '../../core/index.js';

/** Lets a reader of the core read an option's value: what it throws is said together with the option's name. */
function forOption<T>(
  parse: (text: string) => T,
  toSentence = (message: string) => `It ${message}.`,
): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? toSentence(error.message) : '');
    }
  };
}

function parseWithin(text: string, least: number, most: number): number {
  const value = parseWholeNumber(text);
  if (value >= least && value <= most) return value;
  const bounds = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`expects a number ${bounds}`);
}

function parseChoice(text: string, choices: readonly string[]): string {
  if (choices.includes(text)) return text;
  throw new RangeError(`expects ${joinAny(choices)}`);
}

export const parseCount = forOption((text) => parseWithin(text, 1, Number.POSITIVE_INFINITY));
/** 0 stands for any free port. */
export const parsePort = forOption((text) => parseWithin(text, 0, 65_535));
export const parseMoves = forOption(parsePriceMoves);
/** Keeps the text: the sandbox reads it again. */
export const checkQuota = forOption((text) => {
  parseQuota(text);
  return text;
});
/** Keeps the text: it becomes a path, with the format of its ending. */
export const checkOutputName = forOption(
  (text) => {
    parseOutputFormat(text);
    return text;
  },
  (sentence) => sentence,
);

/** In fen. */
export const parsePrice = forOption((text) => {
  const fen = parseAmountFen(text);
  if (fen !== undefined) return fen;
  throw new RangeError(
    'expects an amount in yuan, above 0 and at most 10,000,000, such as 5000, ¥4,999 or 0.5万',
  );
});

/** `5%` or `0.05`: from 0 to less than 1. @returns undefined for anything else */
export function readShare(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(%|％)?$/.exec(text.trim());
  const share = match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN;
  return share >= 0 && share < 1 ? share : undefined;
}

function requireShare(share: number | undefined): number {
  if (share !== undefined) return share;
  throw new RangeError('expects a share such as 5% or 0.05');
}

export const parseShare = forOption((text) => requireShare(readShare(text)));
/** A price that falls by nothing has not fallen. */
export const parseDrop = forOption((text) => requireShare(readShare(text) || undefined));

const platforms = (): string[] => listSupported({ providers }).map(({ id }) => id);
const sources = (): string[] => providers.map(({ id }) => id);

/** For the help: what `--platform` may name. */
export const formatPlatforms = (): string => joinAny(platforms());

/** For the help: what `--source` may name. */
export const formatSources = (): string => joinAny(sources());

/** A marketplace's id, by that or any of its names. */
export const parsePlatform = forOption((text) => {
  return findMarketplaceByName(text, listSupported({ providers }))?.id ?? parseChoice(text, platforms());
});
export const checkSource = forOption((text) => parseChoice(text, sources()));
