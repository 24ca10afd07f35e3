/**
 * The paths at which gateways are served, each with its WebSocket server and the one format that it speaks.
 */
import { Injectable } from '@nestjs/common';
import type { WebSocketServer } from 'ws';
import { Tally } from '../counts.ts';
import type { Counts } from '../counts.ts';
import type { FrameFormat } from '../messages/frame.ts';

/** The end of a path that stands for all that is below it. */
const STAR = '*';

/** One path. Several gateways may share it. */
export interface Endpoint {
  readonly path: string;
  readonly format: FrameFormat;
  readonly server: WebSocketServer;
  /** Whether ws itself compresses here, because the options of the gateway say so. */
  readonly compressesItself: boolean;
  readonly counts: Counts;
}

/** All endpoints by path. Filled by the adapter while Nest registers the gateways. */
@Injectable()
export class Endpoints extends Map<string, Endpoint> {
  /** Upgrades that were refused, by the code of their problem. */
  readonly refused = new Tally<string>();

  /** The endpoint that serves what a client asks for: at exactly that path, or else at the longest one with a star. */
  at(asked: string): Endpoint | undefined {
    const exact = this.get(asked);
    if (exact && !exact.path.endsWith(STAR)) return exact;
    let longest: Endpoint | undefined;
    for (const endpoint of this.values()) {
      const isLonger = endpoint.path.length > (longest?.path.length ?? 0);
      if (isLonger && restOf(endpoint, asked) !== undefined) longest = endpoint;
    }
    return longest;
  }
}

/** What a client asks for in place of the star, decoded; undefined for nothing, for what cannot be decoded, and without a star. */
export function restOf({ path }: Endpoint, asked: string): string | undefined {
  const prefix = path.slice(0, -STAR.length);
  if (!path.endsWith(STAR) || !asked.startsWith(prefix)) return undefined;
  try {
    return decodeURIComponent(asked.slice(prefix.length)) || undefined;
  } catch {
    return undefined;
  }
}

/**
 * `quotes`, `/quotes` and `/quotes/` are one path, as they are for platform-ws.
 *
 * @throws Error for a star anywhere but behind the last slash
 */
export function normalised(path = '/'): string {
  const stars = path.replace(/\/\*$/, '').includes(STAR);
  if (stars) throw new Error(`A gateway asks for the path ${path}. A star may stand at its end only: /name/*.`);
  return `/${path.replaceAll(/^\/+|\/+$/g, '')}`;
}
