/** Echoes. */
import { Module } from '@nestjs/common';
import { EchoGateway } from './echo.gateway.ts';

@Module({ providers: [EchoGateway] })
export class EchoModule {}
