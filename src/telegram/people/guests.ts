import * as z from 'zod';
import type { BotState } from '../../core/index.js';

/** By id of a user or chat, as text: what they are called, empty where nobody knows. */
const Named = z.record(z.string(), z.string());
const Book = z.object({
  allowed: Named,
  denied: Named,
  /** Who knocked and was neither let in nor turned away. */
  strangers: z.record(z.string(), z.object({ name: z.string(), username: z.string(), isTold: z.boolean() })),
});
type Book = z.infer<typeof Book>;

export interface Person {
  readonly id: number;
  readonly name: string;
  /** Without the `@`. */
  readonly username?: string;
}

/** What admins decided, as it is at one moment. */
interface Decided {
  readonly isAllowed: (id: number) => boolean;
  readonly isDenied: (id: number) => boolean;
}

/**
 * Whom admins let in and turned away while the bot runs, besides the variables. Every function throws a StateError where a
 * shared database is away.
 */
export type Guests = ReturnType<typeof createGuests>;

interface GuestList {
  readonly allowed: Person[];
  readonly denied: Person[];
  readonly strangers: Person[];
}

/** More than that, and admins would be flooded: the rest are found with /users. */
const MAX_TOLD = 50;
const MAX_STRANGERS = 200;
const EMPTY: Book = { allowed: {}, denied: {}, strangers: {} };

export function createGuests({ openDocument }: Pick<BotState, 'openDocument'>) {
  const document = openDocument<Book>({
    name: 'guests',
    parse: (json) => Book.parse(json),
    initial: EMPTY,
  });
  return {
    readDecisions: async (): Promise<Decided> => {
      const { allowed, denied } = await document.read();
      return {
        isAllowed: (id) => allowed[id] !== undefined,
        isDenied: (id) => denied[id] !== undefined,
      };
    },
    allow: (id: number) => document.change((book) => putInto('allowed', id, book)),
    deny: (id: number) => document.change((book) => putInto('denied', id, book)),
    /** Notes a stranger. @returns whether admins have yet to be told of this one */
    meet: async (stranger: Person) => {
      let isToTell = false;
      await document.change((book) => {
        const isKnown = book.strangers[stranger.id] !== undefined;
        const next = isKnown ? book : addStranger(stranger, book);
        isToTell = !isKnown && next.strangers[stranger.id]?.isTold === true;
        return next;
      });
      return isToTell;
    },
    /** Finds strangers and guests who wrote to the bot: their names cannot be looked up otherwise. */
    findByName: async (username: string) => findByName(await document.read(), username),
    list: async () => listAll(await document.read()),
    /** A group became a supergroup, which has another id. */
    move: (fromId: number, toId: number) =>
      document.change((book) => {
        const name = book.allowed[fromId];
        if (name === undefined) return book;
        return { ...book, allowed: { ...without(book.allowed, fromId), [toId]: name } };
      }),
    /** Forgets what a user is called; that one was let in or turned away stays, it is the admins' decision. */
    forget: (id: number) => document.change((book) => forgetName(id, book)),
  };
}

function putInto(list: 'allowed' | 'denied', id: number, { allowed, denied, strangers }: Book): Book {
  const name = allowed[id] ?? denied[id] ?? describeName(strangers[id]) ?? '';
  const others = { allowed: without(allowed, id), denied: without(denied, id) };
  return { ...others, [list]: { ...others[list], [id]: name }, strangers: without(strangers, id) };
}

function addStranger({ id, name, username = '' }: Person, book: Book): Book {
  const isTold = Object.values(book.strangers).filter((one) => one.isTold).length < MAX_TOLD;
  const kept = Object.fromEntries(Object.entries(book.strangers).slice(-MAX_STRANGERS + 1));
  return { ...book, strangers: { ...kept, [id]: { name, username, isTold } } };
}

function listAll({ allowed, denied, strangers }: Book): GuestList {
  const toPeople = (named: Readonly<Record<string, string>>) =>
    Object.entries(named).map(([id, name]) => ({ id: Number(id), name }));
  const unknown = Object.entries(strangers).map(([id, one]) => [id, describeName(one) ?? ''] as const);
  return {
    allowed: toPeople(allowed),
    denied: toPeople(denied),
    strangers: toPeople(Object.fromEntries(unknown)),
  };
}

function forgetName(id: number, { allowed, denied, strangers }: Book): Book {
  const blank = (named: Record<string, string>) => (named[id] === undefined ? named : { ...named, [id]: '' });
  return { allowed: blank(allowed), denied: blank(denied), strangers: without(strangers, id) };
}

function without<T>(record: Readonly<Record<string, T>>, id: number): Record<string, T> {
  const { [id]: _, ...rest } = record;
  return rest;
}

/** `Ann (@ann)` */
function describeName(one: Book['strangers'][string] | undefined): string | undefined {
  return one && (one.username ? `${one.name} (@${one.username})` : one.name);
}

function findByName({ allowed, denied, strangers }: Book, username: string): number | undefined {
  const wanted = username.toLowerCase();
  const stranger = Object.entries(strangers).find(([, one]) => one.username.toLowerCase() === wanted);
  const isNamed = ([, name]: [string, string]) => name.toLowerCase().endsWith(`(@${wanted})`);
  const [id] = stranger ?? [...Object.entries(allowed), ...Object.entries(denied)].find(isNamed) ?? [];
  return id === undefined ? undefined : Number(id);
}
