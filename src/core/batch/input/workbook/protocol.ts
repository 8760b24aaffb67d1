/** Rows of each sheet that are told before one of them is chosen. */
export const SAMPLE_ROWS = 60;

/** What the reader of workbooks says when it gives up. */
export const COSTLY = 'TOO_COSTLY';
/** What it says of an archive that is another format; the format's name follows. */
export const OTHER_FORMAT = 'OTHER_FORMAT:';

/** One line from the process that reads a workbook. */
export type FromChild =
  /** The rows up to the next are the beginning of this sheet. */
  | { readonly sheet: string; readonly isHidden: boolean }
  | {
      readonly line: number;
      readonly cells: readonly string[];
      readonly links?: readonly (string | null)[];
      readonly isHidden?: boolean;
    }
  /** All sheets were told: now the wanted one has to be named, by its place. */
  | { readonly isReady: true };

const FORMATS: readonly (readonly [RegExp, string])[] = [
  [/^xl\/workbook\.bin$/i, 'a binary workbook (.xlsb)'],
  [/^content\.xml$/i, 'an OpenDocument file (.ods)'],
  [/^word\//i, 'a Word document'],
  [/^ppt\//i, 'a presentation'],
  [/\.iwa$/i, 'a Numbers file'],
];

/** @param names of the archive's parts */
export function getOtherFormat(names: readonly string[]): string {
  const known = FORMATS.find(([pattern]) => names.some((name) => pattern.test(name)));
  return `${OTHER_FORMAT}${known?.[1] ?? 'an archive (zip) without a workbook'}`;
}
