import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readCopy } from '../../../../src/core/batch/input/copy.js';
import { type InputOptions, openInput } from '../../../../src/core/batch/input/input.js';
import { createRecognise } from '../../../../src/core/batch/input/line-reading.js';
import { collectInput } from '../../../../src/core/batch/input/list.js';
import { createTableRules } from '../../../../src/core/batch/input/table/row.js';
import { createCore, parseConfig } from '../../../../src/core/index.js';
import { marketplaces } from '../../../../src/core/providers/index.js';
import { collect, createFolder, NO_XLSX } from '../../../helpers/batch/reading.js';

const rules = createTableRules(marketplaces);
const core = createCore(parseConfig({ BIJIA_STATE_DIR: createFolder(), BIJIA_LOG_LEVEL: 'silent' }));
const onlyJd = createCore(
  parseConfig({
    ...{ BIJIA_STATE_DIR: createFolder(), BIJIA_LOG_LEVEL: 'silent' },
    ...{ JD_UNION_APP_KEY: 'a', JD_UNION_APP_SECRET: 'b', JD_UNION_ACCESS_TOKEN: 'c' },
  }),
);
afterAll(async () => {
  await core.close();
  await onlyJd.close();
});

/** What a file asks for: `2 jd 100012043978`, or the line with the code of its refusal. */
async function read(
  name: string,
  content: string,
  options: Partial<InputOptions> = {},
  reader = core,
): Promise<string[]> {
  const folder = createFolder();
  const path = join(folder, name);
  writeFileSync(path, content);
  const opened = await openInput({ path }, { rules, xlsx: NO_XLSX, ...options });
  const copyPath = join(folder, 'copy');
  await collectInput(opened, { recognise: createRecognise(reader, options), copyPath });
  return (await collect(readCopy(copyPath))).map(({ line, ref, refusal }) =>
    ref ? `${line} ${ref.platform} ${ref.kind === 'short' ? 'short' : ref.id}` : `${line} ${refusal?.code}`,
  );
}

const JD = 'https://item.jd.com/100012043978.html';
const JD2 = 'https://item.jd.com/100008348542.html';
const PDD = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';
const PICTURE = 'https://img14.360buyimg.com/n1/jfs/t1/a.jpg';
const SHORT = 'https://u.jd.com/YO58R3K';

describe('a table made by a person', () => {
  it.each<[string, string, string[]]>([
    ['a row number beside a link', `编号,商品名称,商品链接\n1,手机,${JD}`, ['2 jd 100012043978']],
    [
      'an id column of row numbers',
      `id,name,url\n1001,a,${JD}\n1002,b,${JD2}`,
      ['2 jd 100012043978', '3 jd 100008348542'],
    ],
    ['goods_id beside variants', 'goods_id,sku_id\n8420152864,1407684908279', ['2 pdd 8420152864']],
    [
      'ids of two marketplaces by turns',
      'sku,goods_id\n100012345678,\n,8420152864',
      ['2 jd 100012345678', '3 pdd 8420152864'],
    ],
    [
      'variants below their product',
      'goods_id,SKU ID\n8420152864,1407684908279\n,1407684908280',
      ['2 pdd 8420152864', '3 empty_cell'],
    ],
    ['an own code beside a link', `SKU,商品链接\nA-001,${JD}`, ['2 jd 100012043978']],
    [
      'numeric own codes beside a link',
      `货号,商品编码,链接\n100001234,100009999,${JD}`,
      ['2 jd 100012043978'],
    ],
    ['a mark where no id is', `商品ID,链接\n-,${JD}\n无,${PDD}`, ['2 jd 100012043978', '3 pdd 8420152864']],
    [
      'a title, an export time and two header rows',
      `京东商品清单\n导出时间：2026-11-29 10:00\n\n商品信息,,价格\nSKU,商品名称,售价\n必填,选填,选填\n100012043978,手机,5299`,
      ['7 jd 100012043978'],
    ],
    [
      'a title that names the marketplace',
      '拼多多商品清单\n商品ID,商品名称,商家编码\n8420152864,x,6901234567892',
      ['3 pdd 8420152864'],
    ],
    ['a star and a picture', `*商品链接（必填）,主图\n${JD},${PICTURE}`, ['2 jd 100012043978']],
    ['地址 behind 链接', `链接地址,图片地址\n${JD},${PICTURE}`, ['2 jd 100012043978']],
    [
      'a link column for each marketplace',
      `名称,京东链接,拼多多链接\n杯子,${JD},${PDD}\n伞,,${PDD}`,
      ['2 jd 100012043978', '2 pdd 8420152864', '3 pdd 8420152864'],
    ],
    ['a commission link beside the product', `商品链接,推广链接\n${JD},${SHORT}`, ['2 jd 100012043978']],
    [
      'a shop link beside the product',
      `店铺链接,商品链接\nhttps://mall.jd.com/index-1000462158.html,${JD}`,
      ['2 jd 100012043978'],
    ],
    [
      'a link in another cell',
      `商品链接,备注\n${JD},\n-,见 ${PDD}`,
      ['2 jd 100012043978', '3 pdd 8420152864'],
    ],
    ['two links in a cell', `商品链接\n"${JD}\n${JD2}"`, ['2 jd 100012043978', '2 jd 100008348542']],
    ['a total at the end', `sku,价格\n100012043978,5\n合计,5`, ['2 jd 100012043978']],
    [
      'its header again',
      `sku,价格\n100012043978,5\nsku,价格\n100008348542,6`,
      ['2 jd 100012043978', '4 jd 100008348542'],
    ],
    [
      'names of marketplaces',
      '平台,商品ID\n京东商城,100012043978\nJD.COM,100008348542\n拼多多,8420152864',
      ['2 jd 100012043978', '3 jd 100008348542', '4 pdd 8420152864'],
    ],
    ['a formula in csv', `名称,链接\n杯子,"=HYPERLINK(""${JD}"",""查看"")"`, ['2 jd 100012043978']],
    [
      'an id that a spreadsheet rounded',
      'sku,名称\n100012043978,a\n1.00012E+11,b',
      ['2 jd 100012043978', '3 rounded_id'],
    ],
    [
      'bar codes and one id',
      `条码,编码,京东SKU\n6901234567892,123456789,100012043978`,
      ['2 jd 100012043978'],
    ],
    [
      'marketplaces above their columns',
      '京东,,拼多多,\n商品ID,价格,商品ID,价格\n100012043978,5,8420152864,4',
      ['3 jd 100012043978', '3 pdd 8420152864'],
    ],
    [
      'one link among remarks',
      `商品链接,名称\n${JD},a\n下架,b\n#REF!,c`,
      ['2 jd 100012043978', '3 not_recognised', '4 not_recognised'],
    ],
    [
      'links here and there, under no header of links',
      `名称,其他\na,看 ${JD}\nb,\nc,已下架\nd,已下架`,
      ['2 jd 100012043978', '3 empty_cell', '4 not_recognised', '5 not_recognised'],
    ],
    [
      'sums and a footer',
      'sku,价\n100012043978,5\n小计,5\n100008348542,6\n合计：,11\n制表人：张三,\n第1页/共3页,',
      ['2 jd 100012043978', '4 jd 100008348542'],
    ],
    [
      'products that are called like what stands below a table',
      `名称,链接\n打印机,${JD}\nTOTAL 机油,${JD2}\n导出线,${PDD}\n合计,3`,
      ['2 jd 100012043978', '3 jd 100008348542', '4 pdd 8420152864'],
    ],
    [
      'products above a header, and one called a sample',
      `手机,${JD}\n名称,链接\n示例商品,${JD2}\nSample Pack,${PDD}`,
      ['1 jd 100012043978', '3 jd 100008348542', '4 pdd 8420152864'],
    ],
    ['an example', `名称,链接\n示例,${JD}\n电脑,${JD2}`, ['3 jd 100008348542']],
    [
      'the same, with ids',
      `名称,sku\n打印机,100012043978\nTotal Care,100008348542\n总计,`,
      ['2 jd 100012043978', '3 jd 100008348542'],
    ],
    [
      'its title and header on each printed page',
      '清单,\nsku,价\n100012043978,5\n清单,\nsku,价\n100008348542,6',
      ['3 jd 100012043978', '6 jd 100008348542'],
    ],
    ['numbers shown with commas', 'goods_id,价\n"8,420,152,864","1,299.00"', ['2 pdd 8420152864']],
    ['the code of a marketplace', '京东商品编码,商品编码\n100012043978,100009999', ['2 jd 100012043978']],
    ['stock of its variants', `SKU,SKU库存,SKU状态\n100012043978,529900,上架`, ['2 jd 100012043978']],
    ['the words of a marketplace', '宝贝ID,标题\n713417934359,a', ['2 taobao 713417934359']],
    ['other ids', `店铺ID,类目ID,商品ID\n1000462158,1000462,100012043978`, ['2 platform_needed']],
    ['blank columns', ',SKU,,\n,100012043978,,\n,100008348542,,', ['2 jd 100012043978', '3 jd 100008348542']],
    [
      'the numbers of rows, without a header',
      ',sku\n0,100012043978\n1,100008348542',
      ['2 jd 100012043978', '3 jd 100008348542'],
    ],
    [
      'an explanation with a link above it',
      `模板说明：填写商品链接，如 ${JD},\n商品链接,名称\n${JD2},a`,
      ['3 jd 100008348542'],
    ],
    [
      'lines around it, as a database prints it',
      '+--------------+---+\n| sku          | n |\n+--------------+---+\n| 100012043978 | a |\n+--------------+---+\n1 row in set (0.00 sec)',
      ['4 jd 100012043978'],
    ],
    [
      'quotes of any kind',
      `“sku”,'n'\n“100012043978”,'a'\n'100008348542',b`,
      ['2 jd 100012043978', '3 jd 100008348542'],
    ],
    ['units and types', 'SKU,价格\nbigint,decimal\n,元\n100012043978,5', ['4 jd 100012043978']],
    ['its sum on a line without a comma', `名称,sku\n手机,100012043978\n合计：1 个`, ['2 jd 100012043978']],
    [
      'whatever stands for an apostrophe',
      `sku,价\n'100012043978,1\n’100008348542,1\n\`100008348543,1`,
      ['2 jd 100012043978', '3 jd 100008348542', '4 jd 100008348543'],
    ],
    [
      'several ids in each cell',
      `sku,价\n"100012043978,100008348542",1`,
      ['2 jd 100012043978', '2 jd 100008348542'],
    ],
    [
      'all digits of a number',
      `sku,价\n1.00012043978E+11,1\n1.00012E+11,1`,
      ['2 jd 100012043978', '3 rounded_id'],
    ],
    [
      'own and competing products',
      '名称,本品SKU,竞品SKU\n杯,100012043978,100008348542',
      ['2 jd 100012043978', '2 jd 100008348542'],
    ],
    [
      'names of marketplaces with more behind them',
      '平台,商品ID\n拼多多-百亿补贴,8420152864\nTmall 旗舰店,713417934359\n京东POP,100012043978',
      ['2 pdd 8420152864', '3 taobao 713417934359', '4 jd 100012043978'],
    ],
    [
      'names of marketplaces under any header',
      '类型,商品ID\n京东,100012043978\n拼多多,8420152864',
      ['2 jd 100012043978', '3 pdd 8420152864'],
    ],
    [
      'where its products were heard of',
      '来源,SKU\n展会,100012043978\n老客户,100008348542',
      ['2 jd 100012043978', '3 jd 100008348542'],
    ],
    ['a markdown table', `| 名称 | 链接 |\n|---|---|\n| 杯子 | ${JD} |`, ['3 jd 100012043978']],
  ])('with %s', async (_, content, expected) => {
    expect(await read('a.csv', content)).toEqual(expected);
  });

  it('sends no variants to a marketplace whose products have other ids', async () => {
    const table = '商品ID,SKU ID\n8420152864,1407684908279';
    expect(await read('a.csv', table, { platform: 'pdd' })).toEqual(['2 pdd 8420152864']);
    expect(await read('a.csv', table)).toEqual(['2 platform_needed']);
    await expect(read('a.csv', 'SKU ID,名称\n1407684908279,a', { platform: 'pdd' })).rejects.toThrow(
      'variants',
    );
  });

  it.each([
    ['own codes', '商品编码,名称\n100012043978,a', 'own codes'],
    ['row numbers', '序号,名称\n100001,a\n100002,b', 'row numbers'],
    ['consecutive numbers', '编号,名称\n100001,a\n100002,b\n100003,c', 'row numbers'],
    ['bar codes', '名称,数字\na,6901234567892', 'own codes'],
    ['shops', '名称,网址\na,https://mall.jd.com/index-1000462158.html'.replace('网址', '店铺'), 'shops'],
    ['short numbers', '商品ID,名称\n1001,a\n1002,b', 'No column with product links or IDs'],
    ['numbers under No.', 'No.,名称\n100001,a\n100002,b', 'row numbers'],
    ['two numbers in a row', 'id,name\n100001,a\n100002,b', 'row numbers'],
    ['numbers of a database', 'id,name\n1000001,a\n1000003,b\n1000017,c', 'row numbers'],
    ['numbers in order, without a header', '100001,a\n100002,b\n100003,c', 'row numbers'],
    ['bar codes of abroad', '数字,名称\n4006381333931,a', 'own codes'],
    ['days', '上架,名称\n20261129,a\n20261130,b', 'dates'],
    ['ids of anything else', '类目ID,活动编号,微信号\n1000462,1000463,123456789', 'No column'],
    ['telephones', '姓名,手机\n张三,13812345678\n李四,13912345678', 'telephone numbers'],
    ['ids of coupons', '券ID,名称\n123456789,a\n223456789,b', 'No column'],
    ['accounts', '工号,姓名\n10012345,a\n10023456,b', 'No column'],
  ])('with nothing but %s is refused, and says why', async (_, content, message) => {
    await expect(read('a.csv', content, { platform: 'jd' })).rejects.toThrow(message);
    await expect(read('a.csv', content)).rejects.toThrow(message);
  });

  it('asks which column is meant where the only marketplace calls a variant a product', async () => {
    const table = '商品ID,SKU ID\n10024539586123,100012043978';
    await expect(read('a.csv', table, { sole: 'jd' })).rejects.toMatchObject({
      code: 'ambiguous_columns',
      choices: [{ columns: ['1'] }, { columns: ['2'] }],
    });
    expect(await read('a.csv', table, { sole: 'jd', platform: 'jd' })).toEqual(['2 jd 100012043978']);
    expect(await read('a.csv', `京东商品清单\n${table}`)).toEqual(['3 jd 100012043978']);
    expect(await read('a.csv', `拼多多商品清单\n${table}`)).toEqual(['3 pdd 10024539586123']);
    const linked = `商品ID,SKU ID,链接\n10024539586123,100012043978,${JD2}`;
    expect(await read('a.csv', linked, { sole: 'jd' })).toEqual(['2 jd 100008348542']);
  });

  it.each([
    ['商品ID\n苏宁,12345678901\n京东,100012043978', ['2 unsupported', '3 jd 100012043978']],
    ['商品ID\n线下门店,12345678901\n京东,100012043978', ['2 no_such_platform', '3 jd 100012043978']],
    ['商品ID\n1688,713417934359\n京东,100012043978', ['2 unsupported', '3 jd 100012043978']],
    ['SKU\n线下,12345678901\n京东,100012043978', ['2 no_such_platform', '3 jd 100012043978']],
    ['京东SKU\n苏宁,100008348542\n京东,100012043978', ['2 jd 100008348542', '3 jd 100012043978']],
    ['SKU\n自营,100008348542\nPOP,100012043978', ['2 jd 100008348542', '3 jd 100012043978']],
    ['商品ID\n拼多多,8420152864\n,8420152865', ['2 pdd 8420152864', '3 platform_needed']],
    ['商品ID\n京东,100012043978\n,100008348542', ['2 jd 100012043978', '3 jd 100008348542']],
  ])(
    'takes a row of another marketplace for no product of the only one that is configured: 平台,%s',
    async (rows, expected) => {
      expect(await read('a.csv', `平台,${rows}`, { sole: 'jd' }, onlyJd)).toEqual(expected);
    },
  );

  it.each([
    ['名称,快手商品ID\n奶,337524163778', ['2 unsupported']],
    ['苏宁选品表,\n名称,商品ID\n奶,12345678901', ['3 unsupported']],
    ['名称,Amazon Product ID\n奶,12345678901', ['2 unsupported']],
    [
      'SKU,名称\nTB713417934359,a\nPDD8420152864,b\nJD100012043978,c',
      ['2 taobao 713417934359', '3 pdd 8420152864', '4 jd 100012043978'],
    ],
    [
      '商品ID,名称\n【京东】\n100012043978,手机\n拼多多商品：,\n8420152864,奶',
      ['3 jd 100012043978', '5 pdd 8420152864'],
    ],
    [
      `链接,商品ID\nhttps://www.suning.com/1.html,12345678901\n${JD},100012043978\n,100008348542`,
      ['2 not_a_marketplace', '3 jd 100012043978', '4 jd 100008348542'],
    ],
    [
      `链接,商品ID\nhttps://detail.1688.com/offer/713417934359.html,713417934359\n${JD},100012043978`,
      ['2 unsupported', '3 jd 100012043978'],
    ],
    [
      `货源链接,京东SKU\nhttps://detail.1688.com/offer/713417934359.html,100012043978\n${JD},100012043978`,
      ['2 jd 100012043978', '3 jd 100012043978'],
    ],
    ['商品ID\n100012043978*2\n100008348542x3', ['2 jd 100012043978', '3 jd 100008348542']],
  ])(
    'takes ids for those of the marketplace that is named beside them, whatever is configured: %s',
    async (table, expected) => {
      expect(await read('a.csv', table, { sole: 'jd' }, onlyJd)).toEqual(expected);
    },
  );

  it('is read by the columns that are named', async () => {
    const table = '商品编码,竞品,名称\n100012043978,100008348542,a';
    const columns = (...names: string[]) => read('a.csv', table, { columns: names, platform: 'jd' });
    expect(await columns('商品编码')).toEqual(['2 jd 100012043978']);
    expect(await columns('2', '1')).toEqual(['2 jd 100008348542', '2 jd 100012043978']);
    await expect(columns('价格')).rejects.toThrow('The table has "商品编码", "竞品", "名称"');
  });
});

describe('a text made by a person', () => {
  it.each<[string, string, string[]]>([
    ['two products of one line', `${JD} 和 ${PDD}`, ['1 jd 100012043978', '1 pdd 8420152864']],
    ['an id with its label', '商品编号：100012345678', ['1 jd 100012345678']],
    [
      'a share text over two lines',
      `【京东】${SHORT}「袜子」\n点击链接直接打开 或者复制文案打开京东\n${PDD}`,
      ['1 jd short', '3 pdd 8420152864'],
    ],
    [
      'a link below its words',
      `【好物】快来看这个\n${JD}\n茅台 飞天`,
      ['1 jd 100012043978', '3 not_recognised'],
    ],
    [
      'a share text with its title and price on lines of their own',
      `【淘宝】https://m.tb.cn/h.abc123?tk=AbC123dEf CZ0001\n「索尼 WH-1000XM5」\n点击链接直接打开\n\n${PDD}\n我在拼多多发现一件好货，快来看看吧\n到手价：99元\n${JD}\n¥5299`,
      ['1 taobao short', '5 pdd 8420152864', '8 jd 100012043978'],
    ],
    ['a heading', `# 清单\n${JD}`, ['1 jd 100012043978']],
    [
      'a marketplace above its ids',
      `京东：\n100012043978\n# 拼多多链接\n8420152864\n京东 100008348542\n${JD}`,
      ['2 jd 100012043978', '4 pdd 8420152864', '5 jd 100008348542', '6 jd 100012043978'],
    ],
    [
      'a table by tabs, with bar codes',
      `名称\tSKU\t条码\nA\t100012043978\t6901234567892`,
      ['2 jd 100012043978'],
    ],
  ])('holds %s', async (_, content, expected) => {
    expect(await read('a.txt', content)).toEqual(expected);
  });

  it('takes ids of one line for the platform that was named', async () => {
    const ids = '100012345678，100012345679、100012345670 100012345671';
    expect(await read('a.txt', ids, { platform: 'jd' })).toHaveLength(4);
  });
});

describe('a file of another format', () => {
  it.each<[string, string, string[]]>([
    ['a.json', '[{"skuId":100012345678}]', ['1 jd 100012345678']],
    [
      'a.json',
      `{"code":0,"data":{"list":[\n{"goods":{"goods_id":8420152864},"img":"${PICTURE}"}]}}`,
      ['1 pdd 8420152864'],
    ],
    ['a.json', `{"filters":["a","b"],"data":{"goods":[{"goodsId":8420152864}]}}`, ['1 pdd 8420152864']],
    ['a.json', `["${JD}",\n"${PDD}"]`, ['1 jd 100012043978', '2 pdd 8420152864']],
    ['a.json', '[["名称","SKU"],["a",100012345678]]', ['2 jd 100012345678']],
    [
      'a.json',
      `{"items":{"jd":["${JD}",100012345678],"拼多多":[8420152864]}}`,
      ['1 jd 100012043978', '2 jd 100012345678', '3 pdd 8420152864'],
    ],
    [
      'a.json',
      '{"jd":[{"id":100012345678}],"pdd":[{"id":8420152864}]}',
      ['1 jd 100012345678', '2 pdd 8420152864'],
    ],
    ['a.jsonl', `{"goods_url":"${JD}","pic":"${PICTURE}"}`, ['1 jd 100012043978']],
    [
      'a.xls',
      `<table><tr><td>${JD}</td></tr><tr><td>${PDD}</td></tr></table>`,
      ['1 jd 100012043978', '2 pdd 8420152864'],
    ],
    [
      'a.html',
      `<html><body><table><tr><th>名称<th>链接<tr><td>a<td><a href="${JD}">查看</a></table>`,
      ['2 jd 100012043978'],
    ],
    [
      'a.xls',
      `<table><tr><td rowspan=2>${JD}</td><td>红</td></tr><tr><td>蓝</td></tr></table>`,
      ['1 jd 100012043978', '2 jd 100012043978'],
    ],
  ])('%s: %s', async (name, content, expected) => {
    expect(await read(name, content)).toEqual(expected);
  });

  it.each([
    [
      'a.xml',
      '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>',
      'an XML spreadsheet',
    ],
    ['a.fods', '<?xml version="1.0"?><office:document>', 'a flat OpenDocument file'],
    ['a.xls', 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="a"', 'a web archive'],
    ['a.txt', '{\\rtf1\\ansi', 'an RTF document'],
    ['a.xml', '<?xml version="1.0"?><list><a/></list>', 'an XML document'],
    ['a.html', '<html><body>nothing</body></html>', 'without a table'],
    ['a.json', '[{"a":', 'not sound JSON'],
  ])('%s is named in one sentence', async (name, content, message) => {
    await expect(read(name, content)).rejects.toThrow(message);
  });
});

describe('a random table', () => {
  const text = fc.constantFrom('手机', '红色', '无', '', '4.5折', '顺丰');
  const digits = (pattern: RegExp) => fc.stringMatching(pattern);
  const columns = {
    ...{ 商品名称: text, 备注: text, 序号: fc.nat(9999).map(String), 商家编码: digits(/^[1-9][0-9]{7,11}$/) },
    ...{ 价格: fc.nat(99_999).map((fen) => (fen / 100).toFixed(2)), 条码: digits(/^69[0-9]{11}$/) },
    ...{ 主图: fc.constant(PICTURE), 库存: fc.nat(999_999).map(String), 货号: digits(/^[A-Z]{2}[0-9]{6}$/) },
  };
  const names = Object.keys(columns) as (keyof typeof columns)[];
  const sku = digits(/^[1-9][0-9]{7,11}$/);
  const meant = fc.constantFrom(
    { header: '商品链接', write: (id: string) => `https://item.jd.com/${id}.html` },
    { header: '链接地址', write: (id: string) => `https://item.m.jd.com/product/${id}.html?a=1` },
    { header: '京东SKU', write: (id: string) => id },
    { header: 'sku', write: (id: string) => id },
  );
  const table = fc
    .tuple(
      fc.shuffledSubarray(names, { minLength: 1 }),
      meant,
      fc.array(sku, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
    )
    .chain(([others, column, ids, hasTitle]) =>
      fc.record({
        others: fc.constant(others),
        column: fc.constant(column),
        ids: fc.constant(ids),
        hasTitle: fc.constant(hasTitle),
        at: fc.nat(others.length),
        cells: fc.tuple(...ids.map(() => fc.tuple(...others.map((name) => columns[name])))),
      }),
    );

  it('gives every product in a cell that is meant as one, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ others, column, ids, hasTitle, at, cells }) => {
        const rows = [
          ...(hasTitle ? [['选品清单', ...others.map(() => '')]] : []),
          others.toSpliced(at, 0, column.header as never) as string[],
          ...ids.map((id, place) => [...(cells[place] ?? [])].toSpliced(at, 0, column.write(id))),
        ];
        const first = hasTitle ? 3 : 2;
        const expected = ids.map((id, place) => `${place + first} jd ${id}`);
        expect(await read('a.csv', rows.map((row) => row.join(',')).join('\n'))).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});
