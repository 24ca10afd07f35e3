/** Boards that many draw on at once. */
import { Module } from '@nestjs/common';
import { Rooms } from './rooms.ts';
import { WhiteboardGateway } from './whiteboard.gateway.ts';

@Module({ providers: [Rooms, WhiteboardGateway] })
export class WhiteboardModule {}
