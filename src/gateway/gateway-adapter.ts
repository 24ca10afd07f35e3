/**
 * Nest's adapter for `ws`, with everything that platform-ws leaves open: one port for all gateways by path, refusals that say
 * why, ordered and answered frames, connections that are counted, kept alive and taken leave of.
 */
import { ServerResponse } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { INestApplication, WsMessageHandler } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { WebSocketServer } from 'ws';
import type { RawData, ServerOptions, WebSocket } from 'ws';
import { CLOSE_CODES } from '../protocol/close-codes.ts';
import { Settings } from '../settings/settings.ts';
import { Connection, connectionOf } from './connection.ts';
import { Connections } from './connections.ts';
import { Counts } from './counts.ts';
import { tellEnding } from './ending.ts';
import { layFloor } from './floor.ts';
import { ClientAddress } from './limits/client-address.ts';
import { Door } from './limits/door.ts';
import { FrameRates, piecesOf } from './limits/frame-rates.ts';
import { Dispatcher, dispatcherOf } from './messages/dispatcher.ts';
import type { DispatcherTerms } from './messages/dispatcher.ts';
import { ENVELOPE } from './messages/envelope.ts';
import { describe, GatewayError } from './messages/gateway-error.ts';
import type { FrameFormat } from './messages/frame.ts';
import { OPENED } from './trace.ts';
import type { ConnectionTrace } from './trace.ts';
import { DEFLATE, deflateWindowOf, noteAgreements } from './upgrade/compression.ts';
import { Endpoints, normalised, restOf } from './upgrade/endpoints.ts';
import type { Endpoint } from './upgrade/endpoints.ts';
import { Entrance, turnAway } from './upgrade/entrance.ts';
import { handshakeProblem, pathOf } from './upgrade/handshake.ts';
import { NOBODY } from './upgrade/identity.ts';
import { NOT_FOUND, refuse } from './upgrade/problem.ts';
import { withoutTokens } from './upgrade/subprotocol.ts';
import type { Problem } from './upgrade/problem.ts';
import { requestIdOf } from './upgrade/request-id.ts';
import { failureCode } from './wire/failure-code.ts';
import { GatewaySocket } from './wire/gateway-socket.ts';

/** What `@WebSocketGateway()` takes: the options of ws, and two of ours. */
export interface GatewayOptions extends ServerOptions {
  /**
   * Where the gateway is served; `/` when left out. Matched exactly, unless it ends in `/*`: then it is served at everything below,
   * as far as no other path fits better, and `connectionOf(socket).rest` says what stands in place of the star.
   */
  path?: string;
  /** How it reads and writes frames; the envelope of docs/protocol.md when left out. With `@RawMessages()` there is none. */
  format?: FrameFormat;
}

const logger = new Logger('Gateway');

/** Use it before the application is initialised: `app.useWebSocketAdapter(new GatewayAdapter(app))`. Needs GatewayModule. */
export class GatewayAdapter extends WsAdapter {
  private readonly endpoints: Endpoints;
  private readonly connections: Connections;
  private readonly settings: Settings;
  private readonly entrance: Entrance;
  private readonly door: Door;
  private readonly addresses: ClientAddress;
  private readonly terms: DispatcherTerms;
  private readonly http: Server;
  private readonly onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    this.upgrade(request, socket, head);
  };

  /** One function for all sockets, which is called with each as `this`. */
  private readonly onClose: (this: WebSocket, code: number) => void;
  private readonly onSignOfLife: (this: WebSocket) => void;

  constructor(app: INestApplication) {
    super(app);
    this.endpoints = app.get(Endpoints);
    this.connections = app.get(Connections);
    this.settings = app.get(Settings);
    this.entrance = app.get(Entrance);
    this.door = app.get(Door);
    this.addresses = app.get(ClientAddress);
    const { connections, entrance, settings } = this;
    const rates = app.get(FrameRates);
    this.terms = {
      highWater: settings.highWater,
      rates,
      renew: async (connection, data) => entrance.renew(connection, data),
    };
    this.http = app.getHttpServer() as Server;
    this.http.on('upgrade', this.onUpgrade);
    this.door.guard(this.http);
    this.onSignOfLife = function onSignOfLife(): void {
      const connection = connectionOf(this);
      connection.seen();
      rates.count(connection, 0);
    };
    this.onClose = function onClose(code): void {
      dispatcherOf(this).gone();
      const connection = connectionOf(this);
      const closedWith = connection.closedWith ?? code;
      tellEnding(connection, closedWith);
      connection.endpoint.counts.closes(connection, closedWith);
      connections.remove(connection);
    };
    layFloor(app);
  }

  /**
   * Called by Nest for each path, and again for a gateway that spells the same path in another way.
   *
   * @throws Error for a port of its own, and for a star that does not stand at the end of the path
   */
  override create(port: number, options: GatewayOptions = {}): WebSocketServer {
    const { format = ENVELOPE, ...own } = options;
    const path = normalised(own.path);
    if (port !== 0) {
      throw new Error(
        `A gateway asks for port ${port}. All gateways share one port, by path: @WebSocketGateway({ path: '/name' }).`,
      );
    }
    return this.endpoints.get(path)?.server ?? this.serve(path, format, own);
  }

  /** Called by Nest for each gateway of a socket's path. */
  override bindMessageHandlers(socket: WebSocket, handlers: WsMessageHandler[]): void {
    dispatcherOf(socket).route(handlers);
  }

  /** Called by Nest at the end, when drain has taken leave of every client. */
  override async close(server: WebSocketServer): Promise<void> {
    for (const socket of server.clients) socket.terminate();
    await new Promise<void>((resolve) => {
      // The error says that it was closed already, by another gateway of its path.
      server.close(() => resolve());
    });
  }

  override async dispose(): Promise<void> {
    this.http.off('upgrade', this.onUpgrade);
    this.endpoints.clear();
    await super.dispose();
  }

  private serve(path: string, format: FrameFormat, options: ServerOptions): WebSocketServer {
    const { maxPayload, drainSeconds, compression } = this.settings;
    const perMessageDeflate = compression && DEFLATE;
    const defaults = { ...piecesOf(maxPayload), maxPayload, closeTimeout: drainSeconds * 1000, perMessageDeflate };
    const server = new WebSocketServer({
      ...defaults,
      ...options,
      handleProtocols: withoutTokens(options.handleProtocols),
      path: undefined,
      noServer: true,
      WebSocket: GatewaySocket,
    });
    // Nest adds one listener for each gateway of the path.
    server.setMaxListeners(0);
    // Options of the gateway's own are between ws and its clients: then nothing is compressed for many.
    const compressesItself = Boolean(options.perMessageDeflate);
    if (!compressesItself) noteAgreements(server);
    server.on('wsClientError', (error, socket, request) =>
      this.refuse(request, socket, { status: 400, code: 'bad_handshake', detail: `${error.message}.` }),
    );
    this.endpoints.set(path, { path, format, server, compressesItself, counts: new Counts() });
    return server;
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Node has let go of the socket, and ws has not taken it over: an error on it has no other listener, and would end the process.
    // Its close is all that there is to know.
    socket.on('error', ignore);
    // Its answers would get mixed up, and Node throws at a second one on a line: who does not wait for the first is hung up on.
    if (owesAnswer(socket)) return void socket.destroy();
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return this.answerPlainly(request, socket);
    const endpoint = this.endpoints.at(pathOf(request));
    const problem = handshakeProblem(request) ?? this.entrance.problem() ?? this.door.admit(request, socket);
    if (problem ?? !endpoint) return this.refuse(request, socket, problem ?? NOT_FOUND);
    this.admit(endpoint, request, socket, head).catch((error: unknown) => {
      logger.error(`${endpoint.path} failed in its handshake: ${describe(error)}`);
      socket.destroy();
    });
  }

  /** Nothing is read from the client until it is known who it is. */
  private async admit(endpoint: Endpoint, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const admission = await this.entrance.admit(request);
    if (socket.destroyed) return;
    if (admission && 'status' in admission) return this.refuse(request, socket, admission);
    // It may have taken its time: the room that there was may be gone.
    const problem = this.entrance.problem();
    if (problem) return this.refuse(request, socket, problem);
    // The answer to the handshake and what the gateway says first leave together.
    socket.cork();
    endpoint.server.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', ignore);
      // So may a gateway's own verifyClient.
      const late = this.entrance.problem();
      if (late) {
        this.endpoints.refused.add(late.code);
        return webSocket.on('error', ignore).close(CLOSE_CODES.try_later.code);
      }
      const gatewaySocket = webSocket as GatewaySocket;
      gatewaySocket.compressesItself = endpoint.compressesItself && webSocket.extensions !== '';
      const isKnown = admission !== undefined && !(admission instanceof GatewayError);
      const connection = new Connection({
        socket: gatewaySocket,
        line: socket,
        identity: isKnown ? admission : NOBODY,
        endpoint,
        address: this.addresses.of(request),
        rest: restOf(endpoint, pathOf(request)),
        deflateWindow: deflateWindowOf(request),
      });
      const dispatcher = this.connect(connection);
      const open = (mayEnter: boolean): void => {
        // Nest's listeners call `handleConnection` and bind the handlers before `emit` returns.
        if (mayEnter) endpoint.server.emit('connection', webSocket, request);
        void dispatcher.open();
      };
      if (admission === undefined) void this.entrance.prove(connection, dispatcher.first()).then(open);
      else open(isKnown || turnAway(connection, admission));
    });
    process.nextTick(() => socket.uncork());
  }

  private refuse(request: IncomingMessage, socket: Duplex, problem: Problem): void {
    this.endpoints.refused.add(problem.code);
    refuse(socket, problem, requestIdOf(request));
  }

  /** An upgrade to something else (`h2c`, by clients that offer it with every request) may be ignored: RFC 9110 section 7.8. */
  private answerPlainly(request: IncomingMessage, socket: Duplex): void {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    // Not only our half of it: nobody would ever close the other one of a client that stays.
    response.once('finish', () => (socket as Socket).destroySoon());
    this.http.emit('request', request, response);
  }

  private connect(connection: Connection): Dispatcher {
    const { socket } = connection;
    const dispatcher = new Dispatcher(connection, this.terms);
    this.connections.add(connection);
    connection.endpoint.counts.opens();
    if (OPENED.hasSubscribers) {
      const { id, path, user } = connection;
      OPENED.publish({ gateway: path, connection: id, user: user.id } satisfies ConnectionTrace);
    }
    // The same functions for all sockets: a closure for each would be memory for each.
    socket.on('message', onMessage).on('pong', this.onSignOfLife).on('ping', this.onSignOfLife);
    socket.on('error', onError).on('close', this.onClose);
    return dispatcher;
  }
}

/** Whether a request that came before on the same line is not answered whole yet: Node keeps its answer there, until it is. */
function owesAnswer(socket: Duplex): boolean {
  return Boolean(Reflect.get(socket, '_httpMessage'));
}

function ignore(error: Error): void {
  logger.debug(`handshake: ${error.message}`);
}

function onMessage(this: WebSocket, data: RawData, binary: boolean): void {
  dispatcherOf(this).push({ payload: data as Buffer, binary });
}

function onError(this: WebSocket, error: Error): void {
  const connection = connectionOf(this);
  connection.closedWith ??= failureCode(error);
  logger.debug(`${connection.path} ${connection.id}: ${error.message}`);
}
