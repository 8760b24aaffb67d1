/** As both revisions of the protocol introduce the server. */
export const createServerInfo = (version: string) => ({ name: 'bijia', title: 'bijia 比价', version });

export const CAPABILITIES = { tools: {}, resources: {}, prompts: {}, completions: {} };
