/** Says with TDLib's words why an address cannot be linked to; `undefined` for a good one. */
export function linkProblem(url: string): string | undefined {
  const [, scheme, host = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#\s]*)/i.exec(url.trim()) ?? [];
  if (scheme?.toLowerCase() === 'tg') return undefined;
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return 'Unsupported URL protocol';
  if (host === '') return 'URL host is empty';
  return host.includes('.') ? undefined : 'Wrong HTTP URL';
}
