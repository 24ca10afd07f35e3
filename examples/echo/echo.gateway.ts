/**
 * The smallest gateway of raw frames: sends back what it is sent. Conformance suites talk to it.
 */
import { MessageBody, WebSocketGateway } from '@nestjs/websockets';
import { RawMessages } from 'belfry';
import type { RawFrame } from 'belfry';

/** Serves `/echo`. */
@WebSocketGateway({ path: '/echo' })
export class EchoGateway {
  @RawMessages()
  echo(@MessageBody() frame: RawFrame): RawFrame {
    return frame;
  }
}
