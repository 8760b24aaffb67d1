import { TRACK_NAMES, type TrackName, type Tracks } from '../../../prices/timeline.js';
import { type Point, packPoints, unpackPoints } from '../../../prices/track.js';

/** The number of a track, and how many bytes it has. */
const NUMBER_BYTES = 1;
const LENGTH_BYTES = 3;

/** All tracks of a series in one value: what a row costs in PostgreSQL, it costs once. */
export function packTracks(tracks: Tracks): Buffer {
  const parts: Uint8Array[] = [];
  for (const [name, points] of tracks) {
    const packed = packPoints(points);
    const head = Buffer.alloc(NUMBER_BYTES + LENGTH_BYTES);
    head.writeUInt8(TRACK_NAMES.indexOf(name), 0);
    head.writeUIntBE(packed.length, NUMBER_BYTES, LENGTH_BYTES);
    parts.push(head, packed);
  }
  return Buffer.concat(parts);
}

/** The tracks that {@link packTracks} packed. */
export function unpackTracks(bytes: Buffer): Tracks {
  const tracks = new Map<TrackName, readonly Point[]>();
  for (let at = 0; at < bytes.length; ) {
    const name = TRACK_NAMES[bytes.readUInt8(at)];
    const start = at + NUMBER_BYTES + LENGTH_BYTES;
    const end = start + bytes.readUIntBE(at + NUMBER_BYTES, LENGTH_BYTES);
    if (name) tracks.set(name, unpackPoints(bytes.subarray(start, end)));
    at = end;
  }
  return tracks;
}
