/**
 * The paths at which gateways are served, each with its WebSocket server and the one format that it speaks.
 */
import { Injectable } from '@nestjs/common';
import type { WebSocketServer } from 'ws';
import type { FrameFormat } from '../messages/frame.ts';

/** One path. Several gateways may share it. */
export interface Endpoint {
  readonly path: string;
  readonly format: FrameFormat;
  readonly server: WebSocketServer;
  /** Whether ws itself compresses here, because the options of the gateway say so. */
  readonly compressesItself: boolean;
}

/** All endpoints by path. Filled by the adapter while Nest registers the gateways. */
@Injectable()
export class Endpoints extends Map<string, Endpoint> {}
