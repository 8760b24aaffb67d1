/** docs/images/icon.png, small enough to be said with each answer. */
const ICON =
  'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAgMAAAAqbBEUAAAACVBMVEUAAADZLSD///8vj8a+AAAAA3RSTlMA//9EUNYhAAAA' +
  'J0lEQVR42mNgoC5gDYWCAOpwVoEBtTgkWLqUahziLaUih5qxQE0AAJvUh1tmVvLTAAAAAElFTkSuQmCC';

/** As both revisions of the protocol introduce the server. */
export const createServerInfo = (version: string) => ({
  name: 'bijia',
  title: 'bijia 比价',
  version,
  icons: [{ src: `data:image/png;base64,${ICON}`, mimeType: 'image/png', sizes: ['48x48'] }],
});

export const CAPABILITIES = { tools: {}, resources: {}, prompts: {}, completions: {} };
