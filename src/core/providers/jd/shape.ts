import { ResponseError } from '../../errors.js';
import { hasContent } from '../../product/lenient-schema.js';

/** Before an answer is taken for "there is none". @throws ResponseError where it holds something under another name */
export function assertNothing(members: object): void {
  if (hasContent(members)) throw createShapeError(members);
}

/** For an answer that holds something, but not where it is known to stand. */
export function createShapeError(members: object): ResponseError {
  return new ResponseError(
    'JD answered in another shape than expected. Its interface may have changed; report it with the log.',
    { detail: `keys ${Object.keys(members).slice(0, 8).join(', ')}` },
  );
}
