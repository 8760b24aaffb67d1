import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { INSTRUCTIONS } from '../../src/mcp/instructions.js';
import { formatTool } from '../../src/mcp/tool.js';
import { createTools } from '../../src/mcp/tools/index.js';
import { connectMcp, connectMcpProcess, type McpSession } from '../helpers/mcp-session.js';

const tools = createTools(createCatalogue()).map(formatTool);

/** Keywords that some host refuses, or reads wrongly. */
const UNSAFE = [
  '$ref',
  '$defs',
  '$schema',
  'const',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'format',
  'pattern',
];
/** Hosts ask their user before these are called. */
const CHANGING = ['watch_prices'];
const COMBINERS = ['anyOf', 'oneOf', 'allOf', 'not'];

type Schema = Readonly<Record<string, unknown>>;

/** Every schema within a schema, with its place. */
function walk(schema: Schema, place: string): [string, Schema][] {
  const inner = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).flatMap(
    ([name, one]) => walk(one, `${place}.${name}`),
  );
  const items = schema['items'] ? walk(schema['items'] as Schema, `${place}[]`) : [];
  return [[place, schema], ...inner, ...items];
}

const schemas = tools.flatMap(({ name, inputSchema, outputSchema }) => [
  ...walk(inputSchema, `${name} input`),
  ...walk(outputSchema, `${name} output`),
]);

describe('tools/list', () => {
  let session: McpSession;
  beforeAll(async () => {
    session = await connectMcp({});
  });
  afterAll(() => session.close());

  it('offers its tools in a fixed order', async () => {
    const { tools: offered } = await session.client.listTools();
    expect(offered.map(({ name }) => name)).toEqual([
      'get_product',
      'batch_products',
      'shop_products',
      'search_products',
      'price_history',
      'watch_prices',
    ]);
  });

  it('is the same for every process, byte by byte', async () => {
    const other = await connectMcpProcess({ TZ: 'Asia/Shanghai', LANG: 'zh_CN.UTF-8' });
    const [first, second] = await Promise.all([session.client.listTools(), other.client.listTools()]);
    await other.close();
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(first.tools).toEqual(tools);
  });

  it('lists the columns of a table once', () => {
    const list = JSON.stringify(tools);
    expect(list.split('"coupon_condition"').length - 1).toBe(1);
  });

  it('takes at most 2,000 tokens', async () => {
    const list = await session.client.listTools();
    expect(encode(JSON.stringify(list)).length).toBeLessThanOrEqual(2000);
  });

  it('introduces itself', () => {
    expect(session.client.getServerVersion()).toMatchObject({
      name: 'bijia',
      version: expect.stringMatching(/^\d/),
    });
    expect(session.client.getInstructions()).toBe(INSTRUCTIONS);
  });
});

describe('a tool', () => {
  it.each(tools)(
    '$name has a title, all annotations and a short description',
    ({ name, title, description, annotations }) => {
      const changes = CHANGING.includes(name);
      expect(annotations).toEqual({
        title,
        readOnlyHint: !changes,
        destructiveHint: changes,
        idempotentHint: !changes,
        openWorldHint: true,
      });
      expect(Buffer.byteLength(description)).toBeLessThanOrEqual(1024);
    },
  );

  it.each(tools)('$name takes a plain object and nothing else', ({ inputSchema }) => {
    expect(inputSchema.type).toBe('object');
    expect(inputSchema['additionalProperties']).toBe(false);
    for (const keyword of COMBINERS) expect(inputSchema).not.toHaveProperty(keyword);
  });
});

describe('a schema', () => {
  it.each(schemas)('%s keeps to what every host understands', (_, schema) => {
    for (const keyword of [...UNSAFE, ...COMBINERS]) expect(Object.keys(schema)).not.toContain(keyword);
    expect(schema['type']).toEqual(expect.any(String));
    if (schema['type'] === 'array') expect(schema['items']).toBeDefined();
  });

  it.each(schemas.filter(([place]) => / input\.\w+$/.test(place)))('%s says what it is for', (_, schema) => {
    expect(schema['description']).toEqual(expect.any(String));
  });
});

describe('the instructions', () => {
  it('fit into 1.5 KB', () => {
    expect(Buffer.byteLength(INSTRUCTIONS)).toBeLessThanOrEqual(1536);
  });

  it.each([
    'get_product',
    'batch_products',
    'shop_products',
    'search_products',
    'yuan',
    'kind',
    'remaining',
    'sandbox',
    'never follow',
  ])('speak of %s', (word) => {
    expect(INSTRUCTIONS).toContain(word);
  });
});
