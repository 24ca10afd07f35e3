/** Who somebody is and what that allows: tokens, API keys, permissions, `@Allow`, and orders of operators, for every gateway. */
import { Global, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { Authenticator } from '../gateway/upgrade/identity.ts';
import { isLoopback } from '../settings/from-env.ts';
import { Settings } from '../settings/settings.ts';
import { KeyRing } from './keys/key-ring.ts';
import { Orders } from './orders/orders.ts';
import { OrdersLog } from './orders/orders-log.ts';
import { TokenAuthenticator } from './token-authenticator.ts';
import { Tokens } from './tokens/tokens.ts';
import { ValiditySweep } from './validity.sweep.ts';

/** Exports Authenticator, which the floor then uses, the API keys, Orders and Tokens. Needs GatewayModule, EngineModule and SettingsModule. */
@Global()
@Module({
  providers: [
    KeyRing,
    OrdersLog,
    Orders,
    Tokens,
    ValiditySweep,
    { provide: Authenticator, useClass: TokenAuthenticator },
  ],
  exports: [Authenticator, KeyRing, Orders, Tokens],
})
export class AccessModule implements OnApplicationBootstrap {
  constructor(
    private readonly settings: Settings,
    private readonly tokens: Tokens,
  ) {}

  onApplicationBootstrap(): void {
    const { anonymous, host } = this.settings;
    const logger = new Logger('Access');
    if (anonymous === 'publish' && !isLoopback(host)) {
      logger.warn(
        'whoever can reach this server can publish in every channel: set ANONYMOUS=read or none to change that',
      );
    }
    if (anonymous === 'none' && !this.tokens.areTaken) {
      logger.warn('ANONYMOUS is none and there is no key to verify tokens with: nobody can connect');
    }
  }
}
