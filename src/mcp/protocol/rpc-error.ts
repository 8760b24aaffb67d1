/** Codes of JSON-RPC, and of the protocol. */
export const INVALID_PARAMS = -32602;
export const METHOD_NOT_FOUND = -32601;
export const INTERNAL_ERROR = -32603;
export const RESOURCE_NOT_FOUND = -32002;

/** What a method answers instead of a result. Both SDKs pass on its code and its message as they stand. */
export class RpcError extends Error {
  readonly code: number;

  readonly data?: object;

  constructor(code: number, message: string, data?: object) {
    super(message);
    this.code = code;
    this.data = data;
  }
}
