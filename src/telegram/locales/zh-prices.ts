/** What the bot says about prices over time, in Chinese. */
export const history = {
  howTo: (forms: string) => `请在 /history 后面加上商品链接，例如：\n${forms}`,
};
