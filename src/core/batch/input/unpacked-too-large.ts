/** What the reader of workbooks says when it gives up unpacking. */
export const UNPACKED_TOO_LARGE = 'UNPACKED_TOO_LARGE';
