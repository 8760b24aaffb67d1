/** A method, and the permission package that the application needs for it. */
export interface TopMethod {
  readonly name: string;
  readonly scope: string;
}

export const METHODS = {
  info: { name: 'taobao.tbk.item.info.upgrade.get', scope: '16189' },
  search: { name: 'taobao.tbk.dg.material.optional.upgrade', scope: '27939' },
  parse: { name: 'taobao.tbk.dg.general.link.parse', scope: '31094' },
  convert: { name: 'taobao.tbk.dg.general.link.convert', scope: '28308' },
} as const satisfies Record<string, TopMethod>;
