import apiRequest from 'undici/lib/api/api-request.js';

/** What `undici` exports under this name, for callers that bring their dispatcher: without all that stands beside it. */
export function request(address, { dispatcher, ...options }) {
  const { origin, pathname, search } = new URL(address);
  const method = options.method ?? (options.body ? 'PUT' : 'GET');
  return apiRequest.call(dispatcher, { ...options, origin, path: pathname + search, method });
}
