import type { ToolCall } from './tool.js';

export interface ResourceText {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
  readonly _meta?: object;
}

/** As `resources/list` shows it. */
export interface ListedResource {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly mimeType: string;
}

/** Values that a variable of a template may take. */
export type Complete = (call: ToolCall) => readonly string[] | Promise<readonly string[]>;

/** A kind of resource is data plus functions, like a tool. */
export interface Resource {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** Absent for a single resource. */
  readonly uriTemplate?: string;
  /** The addresses that are its own. */
  readonly pattern: RegExp;
  /** By variable of the template. */
  readonly complete?: Readonly<Record<string, Complete>>;
  /** Those that are worth showing to a user. */
  readonly list?: (call: ToolCall) => readonly ListedResource[] | Promise<readonly ListedResource[]>;
  /** @throws BijiaError */
  readonly read: (match: RegExpExecArray, call: ToolCall) => Promise<ResourceText>;
}

/** As `resources/templates/list` shows it. */
export function formatTemplate({ uriTemplate, name, title, description, mimeType }: Resource) {
  return { uriTemplate, name, title, description, mimeType };
}
