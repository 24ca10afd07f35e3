/**
 * Belfry with one of the examples: `npm run example ticker`. A server with gateways of your own is no longer than this.
 */
import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { createServer, leaveOnSignals, loadSettings } from 'belfry';
import type { ServerOptions } from 'belfry';
import { EchoModule } from './echo/echo.module.ts';
import { demoSettings } from './notifications/demo.ts';
import { NotificationsModule } from './notifications/notifications.module.ts';
import { PageModule } from './page.module.ts';
import { TickerModule } from './ticker/ticker.module.ts';
import { WhiteboardModule } from './whiteboard/whiteboard.module.ts';

const EXAMPLES: Readonly<Record<string, NonNullable<ServerOptions['modules']>>> = {
  echo: [EchoModule],
  notifications: [NotificationsModule, PageModule.of('notifications')],
  ticker: [TickerModule.of(['BEL', 'TWR', 'CLK', 'RNG']), PageModule.of('ticker')],
  whiteboard: [WhiteboardModule, PageModule.of('whiteboard')],
};

const [name = ''] = process.argv.slice(2);
// From dist/examples/ to the sources: rules are data, and nobody compiles them.
const rules = fileURLToPath(new URL('../../examples/channels.json', import.meta.url));
const own = name === 'notifications' ? demoSettings() : {};
const { settings } = loadSettings({ CHANNELS_FILE: rules, ...own, ...process.env });
const app = await createServer(settings, { modules: EXAMPLES[name] ?? [] });
leaveOnSignals(app, settings.drainSeconds);
await app.listen(settings.port, settings.host);
