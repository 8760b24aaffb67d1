import { join } from 'node:path';
import * as z from 'zod';
import { createStateFile } from './state-file.js';

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

/** Whom admins let in and turned away while the bot runs, beside the variables. */
export interface Guests {
  readonly isAllowed: (id: number) => boolean;
  readonly isDenied: (id: number) => boolean;
  readonly allow: (id: number) => void;
  readonly deny: (id: number) => void;
  /** Notes a stranger. @returns whether admins have yet to be told of this one */
  readonly meet: (stranger: Person) => boolean;
  /** Finds strangers and guests who wrote to the bot: their names cannot be looked up otherwise. */
  readonly findByName: (username: string) => number | undefined;
  readonly list: () => {
    readonly allowed: Person[];
    readonly denied: Person[];
    readonly strangers: Person[];
  };
  /** A group became a supergroup, which has another id. */
  readonly move: (fromId: number, toId: number) => void;
  /** Forgets what a user is called; that one was let in or turned away stays, it is the admins' decision. */
  readonly forget: (id: number) => void;
  readonly flush: () => Promise<void>;
}

/** More than that, and admins would be flooded: the rest are found with /users. */
const MAX_TOLD = 50;
const MAX_STRANGERS = 200;
const EMPTY: Book = { allowed: {}, denied: {}, strangers: {} };

export function createGuests(folder: string, onError: (error: unknown) => void): Guests {
  const file = createStateFile<Book>({
    path: join(folder, 'guests.json'),
    parse: (json) => Book.parse(json),
    initial: EMPTY,
    onError,
  });
  const nameOf = (id: number): string => {
    const { allowed, denied, strangers } = file.get();
    return allowed[id] ?? denied[id] ?? describeName(strangers[id]) ?? '';
  };
  const put = (id: number, list: 'allowed' | 'denied') => {
    const { allowed, denied, strangers } = file.get();
    const others = { allowed: without(allowed, id), denied: without(denied, id) };
    const named = { ...others[list], [id]: nameOf(id) };
    file.set({ ...others, [list]: named, strangers: without(strangers, id) });
  };
  return {
    isAllowed: (id) => file.get().allowed[id] !== undefined,
    isDenied: (id) => file.get().denied[id] !== undefined,
    allow: (id) => put(id, 'allowed'),
    deny: (id) => put(id, 'denied'),
    meet: ({ id, name, username = '' }) => {
      const { strangers } = file.get();
      if (strangers[id]) return false;
      const isTold = Object.values(strangers).filter((one) => one.isTold).length < MAX_TOLD;
      const kept = Object.entries(strangers).slice(-MAX_STRANGERS + 1);
      file.set({
        ...file.get(),
        strangers: { ...Object.fromEntries(kept), [id]: { name, username, isTold } },
      });
      return isTold;
    },
    findByName: (username) => findByName(file.get(), username),
    list: () => {
      const { allowed, denied, strangers } = file.get();
      const toPeople = (named: Record<string, string>) =>
        Object.entries(named).map(([id, name]) => ({ id: Number(id), name }));
      const unknown = Object.entries(strangers).map(([id, one]) => [id, describeName(one) ?? ''] as const);
      return {
        allowed: toPeople(allowed),
        denied: toPeople(denied),
        strangers: toPeople(Object.fromEntries(unknown)),
      };
    },
    move: (fromId, toId) => {
      const { allowed } = file.get();
      const name = allowed[fromId];
      if (name !== undefined)
        file.set({ ...file.get(), allowed: { ...without(allowed, fromId), [toId]: name } });
    },
    forget: (id) => {
      const { allowed, denied, strangers } = file.get();
      const blank = (named: Record<string, string>) =>
        named[id] === undefined ? named : { ...named, [id]: '' };
      file.set({ allowed: blank(allowed), denied: blank(denied), strangers: without(strangers, id) });
    },
    flush: file.flush,
  };
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
