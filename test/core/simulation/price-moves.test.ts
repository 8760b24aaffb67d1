import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getPriceFactor, movePrices, parsePriceMoves } from '../../../src/core/simulation/price-moves.js';

const FIELDS = ['price', 'group_price'];

describe('prices that move', () => {
  it('take their factors in turn, and begin again', () => {
    const moves = { everyMs: 1000, factors: [1, 0.8, 1.1] };
    const at = [-5, 0, 999, 1000, 2500, 3000].map((ms) => getPriceFactor(moves, ms));
    expect(at).toEqual([1, 1, 1, 0.8, 1.1, 1]);
  });

  it('are written as how long each stays, and the factors', () => {
    expect(parsePriceMoves('90s:1,0.85,1.1')).toEqual({ everyMs: 90_000, factors: [1, 0.85, 1.1] });
    for (const text of ['', '1m', '1m:', '1m:1,x', '1m:0', ':1', '1m:1:2', '1m:-1']) {
      expect(() => parsePriceMoves(text), text).toThrow('expects a duration');
    }
  });

  it('keep the form in which an upstream writes them', () => {
    const move = (json: string) => movePrices(json, FIELDS, 0.9);
    expect(move('{"price":100,"id":12345678901234567890}')).toBe('{"price":90,"id":12345678901234567890}');
    expect(move('{"group_price":"15.60","price":9.5}')).toBe('{"group_price":"14.04","price":8.6}');
    expect(move('{"price":0}')).toBe('{"price":0}');
    expect(move(String.raw`{"result":"{\"price\":100,\"old_price\":100}"}`)).toBe(
      String.raw`{"result":"{\"price\":90,\"old_price\":100}"}`,
    );
    expect(move('{"price":{"group_price":200},"priceType":1}')).toBe(
      '{"price":{"group_price":180},"priceType":1}',
    );
  });

  it('leave everything else as it is', () => {
    const other = fc.dictionary(
      fc.string().filter((name) => !FIELDS.includes(name)),
      fc.oneof(fc.integer(), fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    );
    fc.assert(
      fc.property(other, (value) => {
        const json = JSON.stringify(value);
        fc.pre(!/price\\*":/.test(json));
        expect(movePrices(json, FIELDS, 0.5)).toBe(json);
      }),
    );
  });
});
