import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { field, hasContent, isEmptyValue, object, rows } from '../../../src/core/product/lenient-schema.js';
import { parseCount } from '../../../src/core/product/normalizer.js';

const Answer = z.object({
  count: field(parseCount),
  list: rows(z.object({ count: field(parseCount) })),
  inner: object({ count: field(parseCount) }),
});
const NOTHING = { count: undefined, list: [], inner: { count: undefined } };

describe('lenient schemas', () => {
  it('read what fits', () => {
    const answer = { count: '7', list: [{ count: 1 }, { count: 'x' }], inner: { count: 2 } };
    expect(Answer.parse(answer)).toEqual({
      ...{ count: 7, list: [{ count: 1 }, { count: undefined }], inner: { count: 2 } },
    });
  });

  it.each([[undefined], [null], [''], [[]], [{}], ['text'], [true], [5.5]])(
    'take %j for nothing',
    (value) => {
      expect(Answer.parse({ count: value, list: value, inner: value })).toEqual(NOTHING);
    },
  );

  it('read a list that came as an object numbering its rows, and leave out what is not a row', () => {
    expect(Answer.parse({ list: { 0: { count: 1 }, 1: null, 2: 'x' } }).list).toEqual([{ count: 1 }]);
    expect(Answer.parse({ list: [null, 'x', [], { count: 1 }] }).list).toEqual([{ count: 1 }]);
  });
});

it.each([
  [null, true],
  ['', true],
  [[], true],
  [{}, true],
  [0, false],
  [false, false],
  [[0], false],
  [' ', false],
])('says of %j whether it is nothing: %j', (value, isEmpty) => {
  expect(isEmptyValue(value)).toBe(isEmpty);
});

it.each([
  [{ code: 0, message: 'ok', requestId: 'r', total: null }, false],
  [{ list: [], page: {}, ids: [1, 2], text: '{}', words: '[红色] 手机' }, false],
  [{ list: [{ id: 1 }] }, true],
  [{ lists: [[{ id: 1 }]] }, true],
  [{ row: { id: 1 } }, true],
  [{ result: '{"id":1}' }, true],
  [{ result: ' [ { "id": 1 } ]' }, true],
])('says of %j whether it holds more than single values: %j', (members, holds) => {
  expect(hasContent(members)).toBe(holds);
});
