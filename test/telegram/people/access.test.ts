import { describe, expect, it } from 'vitest';
import { createAccess, parseIdList } from '../../../src/telegram/people/access.js';

const lists = (users: string, chats = '', admins = '') =>
  createAccess({
    allowedUsers: parseIdList(users),
    allowedChats: parseIdList(chats),
    admins: parseIdList(admins),
  });

describe('access', () => {
  it('is closed to everybody when no list names anybody', async () => {
    expect(await lists('').isAllowed({ userId: 1, chatId: 1 })).toBe(false);
    expect(lists('').isAdmin(1)).toBe(false);
  });

  it('lets in users, members of chats, and admins', async () => {
    const access = lists('1', '-100', '9');
    expect(await access.isAllowed({ userId: 1, chatId: -5 })).toBe(true);
    expect(await access.isAllowed({ userId: 2, chatId: -100 })).toBe(true);
    expect(await access.isAllowed({ userId: 9 })).toBe(true);
    expect(await access.isAllowed({ userId: 2, chatId: -5 })).toBe(false);
    expect(await access.isAllowed({})).toBe(false);
  });

  it('opens with *', async () => {
    expect(await lists('*').isAllowed({ userId: 5 })).toBe(true);
    expect(await lists('', '*').isAllowed({ userId: 5, chatId: -7 })).toBe(true);
  });

  it.each(['@ann', '12a', '1.5', 'https://t.me/ann', '12345678901234567'])('refuses %s', (text) => {
    expect(() => parseIdList(text)).toThrow('numeric ids');
  });

  it('reads any separation', () => {
    expect([...parseIdList(' 1, 2;3\n-4 ').ids]).toEqual([1, 2, 3, -4]);
  });
});
