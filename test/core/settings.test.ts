import { expect, it } from 'vitest';
import { choice } from '../../src/core/settings.js';

it('refuses a word that is not on the list, naming those that are', () => {
  const setting = choice('X', ['guide', 'jos'], { about: '' });
  expect(setting.parse('JOS')).toBe('jos');
  expect(() => setting.parse('other')).toThrow('expects guide or jos');
});
