/** Another Nest application, which imports Belfry as a package: test/e2e/library.spec.ts compiles and runs it beside the tarball. */
import 'reflect-metadata';
import { Body, Controller, Get, Module, NotFoundException, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { BelfryModule, ChannelsService, GatewayAdapter, GatewayError } from 'belfry';
import { IsInt } from 'class-validator';

class SquareDto {
  @IsInt()
  readonly of!: number;
}

@WebSocketGateway({ path: '/square' })
class SquareGateway {
  @SubscribeMessage('square')
  square(@MessageBody() { of }: SquareDto): { readonly is: number } {
    if (of < 0) throw new GatewayError('forbidden');
    return { is: of * of };
  }
}

@Controller()
class NewsController {
  constructor(private readonly channels: ChannelsService) {}

  @Post('news')
  async publish(@Body() { text }: { readonly text: string }): Promise<{ readonly offset: number }> {
    const { offset } = await this.channels.publish('news', { from: 'the host', text });
    return { offset };
  }

  @Get('nothing')
  nothing(): never {
    throw new NotFoundException('the host says so');
  }
}

@Module({
  imports: [BelfryModule.forRoot({ dataDir: process.env['DATA_DIR'] ?? '', drainSeconds: 1, host: '127.0.0.1' })],
  controllers: [NewsController],
  providers: [SquareGateway],
})
class HostModule {}

const app = await NestFactory.create(HostModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
app.useWebSocketAdapter(new GatewayAdapter(app));
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
process.stdout.write(`${await app.getUrl()}\n`);
