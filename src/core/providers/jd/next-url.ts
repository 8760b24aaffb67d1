/**
 * The ways in which a page of JD's click counters names the next address, the usual one first. The script stands in
 * pages of `union-click.jd.com` and sometimes of `u.jd.com`: `var hrl='https://u.jd.com/jda?…';`.
 */
const NEXT_URL: readonly RegExp[] = [
  /\bhrl\s*=\s*(["'])([^"'<>\s]{8,4096})\1/,
  /<meta\b[^>]{0,200}?\bhttp-equiv\s*=\s*["']?refresh\b[^>]{0,200}?\burl\s*=\s*(["']?)([^"'<>\s]{8,4096})/i,
  /\blocation(?:\.href)?\s*=\s*(["'])([^"'<>\s]{8,4096})\1/,
  /\blocation\.(?:replace|assign)\(\s*(["'])([^"'<>\s]{8,4096})\1/,
];

/** The next address in a page that forwards by script or by meta refresh; undefined when there is none. */
export function findNextUrl(html: string): string | undefined {
  for (const pattern of NEXT_URL) {
    const found = pattern.exec(html)?.[2];
    if (found !== undefined) return found.replaceAll('\\/', '/').replaceAll('&amp;', '&');
  }
  return undefined;
}
