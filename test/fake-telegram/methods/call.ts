import type { Method, ParametersOf } from '../method-parameters.js';
import type { UploadedFile } from '../request-body.js';

/** What a method needs to know of its request besides the parameters. */
export interface Call {
  /** Files of the form by the name that `attach://` refers to. */
  readonly files: ReadonlyMap<string, UploadedFile>;
  /** Aborted when the caller closes the connection. */
  readonly signal: AbortSignal;
}

/** Carries out one method and returns the `result`; refusals are thrown. */
export type Handler<M extends Method> = (parameters: ParametersOf<M>, call: Call) => unknown;

export type Handlers<M extends Method> = { readonly [Name in M]: Handler<Name> };
