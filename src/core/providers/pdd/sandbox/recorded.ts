/**
 * Answers recorded in the upstream's own documentation, word for word: a product, "not found", and a refused
 * parameter that calls itself success.
 */
export const RECORDED_PRODUCT = {
  code: 200,
  msg: '成功',
  taskNo: '781176386153000592870169',
  charge: true,
  data: {
    original_price: 122,
    delivery_time: '48小时发货',
    is_onsale: 1,
    is_subsidy: 0,
    sku_big_types: [
      {
        spec_key: '组合',
        spec_values: [
          {
            '17911234806': '1袋(23年3月产)',
          },
          {
            '17911239622': '2袋(23年3月产)',
          },
          {
            '17911238664': '4袋(23年3月产)',
          },
          {
            '19324379219': '6袋(23年3月产)+赠封口夹',
          },
        ],
        spec_key_id: 2774,
      },
    ],
    ui: [],
    price: {
      line_price: 12200,
      browser_price_style: 2,
      min_on_sale_group_price: 1560,
      max_on_sale_normal_price: 12100,
      unselect_normal_save_price: 1560,
      max_normal_price: 12100,
      min_normal_price: 2100,
      max_on_sale_group_price: 8580,
      min_group_price: 1560,
      price_style: 2,
      max_group_price: 8580,
      min_on_sale_normal_price: 2100,
      new_price_prefix: '券前',
    },
    mall_id: '216822562',
    cate_name: '',
    sub_sections: [],
    mall_name: '宝贝粮仓母婴用品店',
    goods_name_suffix: '',
    group: '',
    goods_name: '三元全家甜奶粉400g学生中老年女士成人全脂奶粉',
    main_figures: [
      'https://img.pddpic.com/mms-material-img/2022-03-14/e5a07569-b73d-410c-b4d1-54585627e4bf.jpeg.a.jpeg',
      'https://img.pddpic.com/mms-material-img/2022-03-14/1ba2e3f4-eafa-4445-8132-32ec7ee29e72.jpeg.a.jpeg',
      'https://img.pddpic.com/mms-material-img/2022-03-14/968c4b2b-fac9-471d-b571-47c62639b04c.jpeg.a.jpeg',
      'https://img.pddpic.com/mms-material-img/2022-03-14/e1963e79-a595-434b-ad40-660f83406498.jpeg.a.jpeg',
      'https://t16img.yangkeduo.com/garner-api/7a50e61c14696e043620d3cc17ce64ba.jpeg',
      'https://t16img.yangkeduo.com/garner-api/97689171a8650ebc919fe43ef21be4ba.jpeg',
      'https://t16img.yangkeduo.com/garner-api/3a73ead8fb32a2f8ff483f75e63ce100.jpeg',
      'https://img.pddpic.com/mms-material-img/2023-01-05/b8b4d074-909b-4fac-bce1-0a8143e0c3d9.jpeg',
    ],
    goods_id: 8420152864,
    cate_id: 20412,
    goods_comment_text: '',
    service_promise: '',
    detail_figuers: [
      'https://img.pddpic.com/mms-material-img/2022-03-14/dbcb8609-60c7-4f01-9743-33e01981828d.jpeg.a.jpeg',
      'https://img.pddpic.com/mms-material-img/2022-03-14/436333d7-6652-4cd6-846f-3248b75629ca.jpeg.a.jpeg',
      'https://img.pddpic.com/mms-material-img/2022-03-14/3a1a3280-6ec5-4231-b354-36dc29de7346.jpeg.a.jpeg',
      'https://img.pddpic.com/mms-material-img/2022-03-14/d4b64936-e337-485f-92f8-efe4e4f1ae63.jpeg.a.jpeg',
      'https://img.pddpic.com/mms-material-img/2022-03-14/53f82ba1-29db-4173-bfe6-a89d064cf50e.jpeg.a.jpeg',
      'https://img.pddpic.com/mms-material-img/2022-03-14/42f0ecbe-16d2-4bd3-9187-3ee70a3f0bc6.jpeg.a.jpeg',
    ],
    share_title: '三元全家甜奶粉400g学生中老年女士成人全脂奶粉',
    mall_logo:
      'https://t00img.yangkeduo.com/goods/images/2019-02-20/cd6c890e-61cf-457e-96e6-f3d6b4d62e65.jpg',
    desc: '三元全家甜奶粉400g学生中老年女士成人全脂奶粉',
    sku_products: [
      {
        is_sale: 1,
        skus: '17911234806',
        quantity: 56,
        coupon: 0,
        sku_pre_sale_time: '',
        group_price: '15.6',
        sku_url:
          'https://img.pddpic.com/mms-material-img/2022-03-14/4f1b6a19-58df-4b2b-84d7-ce23342831b2.jpeg.a.jpeg',
        specs: [
          {
            pname: '组合',
            values: {
              vid: 17911234806,
              vname: '1袋(23年3月产)',
            },
            pid: 2774,
          },
        ],
        sku_pre_sale_tip: '',
        price: '21.0',
        is_sku_pre_sale: 0,
        id: 1407684908279,
        price_display: [],
      },
      {
        is_sale: 1,
        skus: '17911239622',
        quantity: 86,
        coupon: 0,
        sku_pre_sale_time: '',
        group_price: '29.8',
        sku_url:
          'https://img.pddpic.com/mms-material-img/2022-03-14/d3652a7a-ccd5-47e2-8fa8-d6d76f15607d.jpeg.a.jpeg',
        specs: [
          {
            pname: '组合',
            values: {
              vid: 17911239622,
              vname: '2袋(23年3月产)',
            },
            pid: 2774,
          },
        ],
        sku_pre_sale_tip: '',
        price: '41.0',
        is_sku_pre_sale: 0,
        id: 1407684908280,
        price_display: [],
      },
      {
        is_sale: 1,
        skus: '17911238664',
        quantity: 55,
        coupon: 0,
        sku_pre_sale_time: '',
        group_price: '57.8',
        sku_url:
          'https://img.pddpic.com/mms-material-img/2022-03-14/d3652a7a-ccd5-47e2-8fa8-d6d76f15607d.jpeg.a.jpeg',
        specs: [
          {
            pname: '组合',
            values: {
              vid: 17911238664,
              vname: '4袋(23年3月产)',
            },
            pid: 2774,
          },
        ],
        sku_pre_sale_tip: '',
        price: '81.0',
        is_sku_pre_sale: 0,
        id: 1407684908281,
        price_display: [],
      },
      {
        is_sale: 1,
        skus: '19324379219',
        quantity: 56,
        coupon: 1,
        sku_pre_sale_time: '',
        group_price: '85.8',
        sku_url:
          'https://img.pddpic.com/mms-material-img/2022-03-14/98540a08-aac6-47e7-a0eb-b88a85823f42.jpeg.a.jpeg',
        specs: [
          {
            pname: '组合',
            values: {
              vid: 19324379219,
              vname: '6袋(23年3月产)+赠封口夹',
            },
            pid: 2774,
          },
        ],
        sku_pre_sale_tip: '',
        price: '121.0',
        is_sku_pre_sale: 0,
        id: 1407684908282,
        price_display: [],
      },
    ],
    activity: [],
    thumb: 'https://img.pddpic.com/gaudit-image/2022-03-14/de6cf3407f6099d7a01ccfce84cc18d5.jpeg',
    side_sales_tip: '',
    title: '三元全家甜奶粉400g学生中老年女士成人全脂奶粉',
    platform: '拼多多商品详情',
    sold_total: 0,
    video_url: 'https://video3.pddpic.com/i1/2021-07-27/8cbfcdc92c2f1ef6497b10f38bc42803.mp4',
    mall_goods_num: 106,
    pre_sale_stamp: '',
    prices: 15.6,
    is_pre_sale: 0,
    quantity: 978,
    goods_star: '',
    sales_tip: '已拼10万+件',
    mall_data_dsr: '',
    goods_local: '',
    postage: '全场包邮',
    cate_id4: 0,
    cate_id3: 20412,
    cate_id2: 6567,
    cate_id1: 6536,
    section_list: [],
    goods_comment: 931,
    properties: [
      {
        reference_id: 2432,
        ref_pid: 310,
        values: ['三元'],
        key: '品牌',
      },
      {
        reference_id: 0,
        ref_pid: 677,
        values: ['袋装'],
        key: '包装方式',
      },
      {
        reference_id: 0,
        ref_pid: 714,
        values: ['400g'],
        key: '净含量',
      },
      {
        reference_id: 0,
        ref_pid: 905,
        values: ['含蔗糖'],
        key: '是否含蔗糖',
      },
      {
        reference_id: 0,
        ref_pid: 338,
        values: ['成人'],
        key: '适用人群',
      },
      {
        ref_pid: -5355,
        values: ['中国大陆/河北省/石家庄市'],
        key: '产地',
      },
      {
        values: ['河南省'],
        key: '发货地',
      },
      {
        reference_id: 0,
        ref_pid: 405,
        values: ['2023-03-01'],
        key: '生产日期',
      },
      {
        reference_id: 0,
        ref_pid: 406,
        values: ['540天'],
        key: '保质期',
      },
      {
        reference_id: 0,
        ref_pid: 743,
        values: ['SC10513018400046'],
        key: '食品生产许可证编号',
      },
      {
        reference_id: 0,
        ref_pid: 740,
        values: ['GB19644'],
        key: '产品标准号',
      },
    ],
    promotion: {
      mall_promotion_new_cell: {
        cell_detail_list: [
          {
            copy_writing: '再拼179件后恢复20元起',
            copy_writing_color: '#E02E24',
            background_color: '#FFFFFF',
            cell_tag_type: 6,
            frame_color: '#E02E24',
          },
          {
            copy_writing: '2件9.9折',
            copy_writing_color: '#E02E24',
            background_color: '#FFFFFF',
            cell_tag_type: 26,
            frame_color: '#E02E24',
          },
          {
            copy_writing: '满100减5',
            copy_writing_color: '#E02E24',
            background_color: '#FFFFFF',
            cell_tag_type: 4,
            frame_color: '#E02E24',
          },
        ],
      },
    },
  },
} as const;

export const RECORDED_NOT_FOUND = {
  msg: '未查询到商品信息',
  code: 201,
  taskNo: '91022205788462492535',
  charge: true,
} as const;

export const RECORDED_REFUSAL = {
  code: 200,
  msg: '商品id不能为空',
  charge: false,
} as const;
