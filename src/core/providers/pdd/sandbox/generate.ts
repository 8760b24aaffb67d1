import { createDice, type Dice } from '../../../simulation/upstream.js';

/** `data` of an answer, in the upstream's own words. */
export type SandboxGoods = Readonly<Record<string, unknown>>;

interface Category {
  readonly nouns: readonly [string, ...string[]];
  readonly features: readonly [string, ...string[]];
  /** What the SKUs differ in, and the values. */
  readonly spec: string;
  readonly values: readonly [string, ...string[]];
  /** Fen. */
  readonly from: number;
  readonly to: number;
}

const CATEGORIES: readonly [Category, ...Category[]] = [
  {
    nouns: ['抽纸', '卷纸', '厨房纸巾'],
    features: ['整箱家用', '加厚原木浆', '母婴可用', '4层'],
    spec: '数量',
    values: ['10包', '20包', '30包', '40包'],
    from: 590,
    to: 4990,
  },
  {
    nouns: ['红富士苹果', '赣南脐橙', '丹东草莓', '海南芒果'],
    features: ['产地直发', '坏果包赔', '当季现摘', '脆甜多汁'],
    spec: '净重',
    values: ['3斤装', '5斤装', '9斤装'],
    from: 990,
    to: 5990,
  },
  {
    nouns: ['数据线', '充电头', '手机支架', '蓝牙耳机'],
    features: ['快充', '编织耐弯折', '苹果安卓通用', '迷你便携'],
    spec: '颜色分类',
    values: ['黑色', '白色', '红色', '套餐二', '套餐三'],
    from: 390,
    to: 9900,
  },
  {
    nouns: ['四件套', '夏凉被', '枕头', '床垫'],
    features: ['学生宿舍', '亲肤透气', '可机洗', '网红款'],
    spec: '尺寸',
    values: ['1.2米床', '1.5米床', '1.8米床', '2.0米床'],
    from: 1990,
    to: 19900,
  },
  {
    nouns: ['纯牛奶', '中老年奶粉', '核桃乳', '酸奶'],
    features: ['早餐', '整箱', '送礼', '高钙'],
    spec: '组合',
    values: ['1箱', '2箱', '3箱', '1袋', '2袋'],
    from: 1560,
    to: 12_000,
  },
];

/** Decimal yuan as this wire writes them: `15.6`, `21.0`. */
function toYuanText(fen: number): string {
  return (fen / 100).toFixed(2).replace(/0$/, '');
}

function createImage(dice: Dice): string {
  const name = Array.from({ length: 32 }, () => dice.whole(0, 15).toString(16)).join('');
  return `https://img.pddpic.com/mms-material-img/2024-03-14/${name}.jpeg.a.jpeg`;
}

interface SkuPrices {
  readonly groupFen: number;
  readonly singleFen: number;
}

function generateSku(dice: Dice, category: Category, index: number, groupFen: number) {
  const value = category.values[index % category.values.length] ?? '默认';
  const round = Math.floor(index / category.values.length);
  const vid = 17_900_000_000 + dice.whole(0, 99_999_999);
  const prices: SkuPrices = { groupFen, singleFen: Math.round((groupFen * dice.whole(115, 150)) / 100) };
  const sku = {
    is_sale: 1,
    skus: String(vid),
    quantity: dice.whole(0, 500),
    coupon: 0,
    sku_pre_sale_time: '',
    group_price: toYuanText(prices.groupFen),
    sku_url: createImage(dice),
    specs: [
      {
        pname: category.spec,
        values: { vid, vname: round > 0 ? `${value} 第${round + 1}批` : value },
        pid: 2774,
      },
    ],
    sku_pre_sale_tip: '',
    price: toYuanText(prices.singleFen),
    is_sku_pre_sale: 0,
    id: 1_400_000_000_000 + dice.whole(0, 10 ** 9) * 200 + index,
    price_display: [],
  };
  return { sku, prices };
}

/** The object `price`: every amount in fen. */
function createPriceObject(prices: readonly SkuPrices[], lineFen: number) {
  const group = prices.map(({ groupFen }) => groupFen);
  const single = prices.map(({ singleFen }) => singleFen);
  const range = {
    group: [Math.min(...group), Math.max(...group)] as const,
    normal: [Math.min(...single), Math.max(...single)] as const,
  };
  return {
    line_price: lineFen,
    browser_price_style: 2,
    min_on_sale_group_price: range.group[0],
    max_on_sale_group_price: range.group[1],
    min_group_price: range.group[0],
    max_group_price: range.group[1],
    min_on_sale_normal_price: range.normal[0],
    max_on_sale_normal_price: range.normal[1],
    min_normal_price: range.normal[0],
    max_normal_price: range.normal[1],
    unselect_normal_save_price: range.group[0],
    price_style: 2,
    new_price_prefix: '券前',
  };
}

function generateSalesTip(dice: Dice): string {
  const count = dice.whole(1, 9999);
  return dice.pick([`已拼${count}件`, `已拼${count / 10}万+件`, `总售${count}+件`, `${count}人已拼`, '']);
}

function createTexts(dice: Dice, title: string) {
  return {
    goods_name: title,
    title,
    share_title: title,
    desc: title,
    platform: '拼多多商品详情',
    sales_tip: generateSalesTip(dice),
    side_sales_tip: '',
    // 0 is unknown on this wire, also next to a sales tip.
    sold_total: 0,
    delivery_time: dice.pick(['48小时发货', '24小时发货', '当日发货']),
    postage: dice.pick(['全场包邮', '包邮', '']),
  };
}

function createBelongings(dice: Dice) {
  const shop = `${dice.pick(['优选', '乐购', '百姓', '源头'])}${dice.pick(['百货', '鲜果', '数码', '家纺'])}`;
  return {
    mall_id: String(dice.whole(100_000_000, 999_999_999)),
    mall_name: `${shop}${dice.pick(['旗舰店', '专营店', '工厂店'])}`,
    goods_comment: dice.whole(0, 99_999),
    main_figures: Array.from({ length: dice.whole(1, 8) }, () => createImage(dice)),
    detail_figuers: Array.from({ length: dice.whole(0, 6) }, () => createImage(dice)),
    thumb: createImage(dice),
    properties: [
      { reference_id: 0, values: [dice.pick(['其他', '国产', '自有品牌'])], key: '品牌' },
      { values: [dice.pick(['河北省', '浙江省', '广东省'])], key: '发货地' },
    ],
    promotion: {
      mall_promotion_new_cell: {
        cell_detail_list: dice.chance(0.5) ? [{ copy_writing: '2件9.9折', cell_tag_type: 26 }] : [],
      },
    },
  };
}

/** What few products have, and what no price depends on. */
function createFurther(id: string) {
  const dice = createDice(`further ${id}`);
  const [wide, middle, narrow] = [
    dice.whole(100, 9999),
    dice.whole(10_000, 19_999),
    dice.whole(20_000, 29_999),
  ];
  return {
    ...{ cate_id1: wide, cate_id2: middle, cate_id3: narrow, cate_id4: 0, cate_id: narrow },
    cate_name: dice.pick(['', '日用百货', '休闲零食']),
    mall_logo: createImage(dice),
    mall_goods_num: dice.chance(0.7) ? dice.whole(1, 900) : dice.pick(['1000+', '1.2万']),
    mall_data_dsr: dice.pick<unknown>(['', '4.8', { desc: 4.8, service: 4.7 }]),
    goods_star: dice.pick(['', '4.9']),
    video_url: dice.chance(0.3)
      ? `https://video3.pddpic.com/i1/2024-03-14/${dice.whole(1, 10 ** 9)}.mp4`
      : '',
    service_promise: dice.pick<unknown>(['', ['7天无理由退货', '退货包运费']]),
    goods_local: dice.pick(['', '浙江义乌']),
    goods_comment_text: '',
    goods_name_suffix: dice.pick(['', '新日期']),
    sub_sections: [],
    section_list: [],
    group: '',
    pre_sale_stamp: '',
    sku_big_types: [],
  };
}

/** The product that an id stands for: the same for everyone, always. */
export function generateGoods(id: string, skuCount?: number): SandboxGoods {
  const dice = createDice(`goods ${id}`);
  const category = dice.pick(CATEGORIES);
  const title = `${dice.pick(category.features)}${dice.pick(category.nouns)}${dice.pick(category.features)}`;
  const firstFen = Math.round(dice.whole(category.from, category.to) / 10) * 10;
  const count = skuCount ?? dice.whole(1, 8);
  const rows = Array.from({ length: count }, (_, index) =>
    generateSku(dice, category, index, firstFen + index * Math.round(firstFen / 20) * 10),
  );
  const prices = rows.map((row) => row.prices);
  const lineFen = firstFen * dice.whole(2, 8);
  return {
    goods_id: Number(id),
    ...createTexts(dice, title),
    ...createBelongings(dice),
    ...createFurther(id),
    original_price: lineFen / 100,
    prices: firstFen / 100,
    price: createPriceObject(
      prices.length > 0 ? prices : [{ groupFen: firstFen, singleFen: firstFen }],
      lineFen,
    ),
    is_onsale: 1,
    is_subsidy: dice.chance(0.2) ? 1 : 0,
    is_pre_sale: 0,
    quantity: dice.whole(0, 5000),
    sku_products: rows.map((row) => row.sku),
    activity: dice.chance(0.2) ? [{ activity_name: '年货节' }] : [],
    ui: [],
  };
}
