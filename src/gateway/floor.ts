/**
 * Gives every gateway the floor that it stands on, as if its author had written the decorators: DTO validation, an
 * exception filter, and the format of raw frames where it asks for those. Also takes hold of `handleConnection` and `handleDisconnect`, whose promises Nest lets go of.
 */
import type { INestApplicationContext, Type } from '@nestjs/common';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
} from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { GATEWAY_METADATA, GATEWAY_OPTIONS, MESSAGE_METADATA } from '@nestjs/websockets/constants.js';
import type { WebSocket } from 'ws';
import { CompletionGuard, CompletionInterceptor } from './messages/completion.ts';
import { dispatcherOf } from './messages/dispatcher.ts';
import { DtoPipe } from './messages/dto.pipe.ts';
import { ENVELOPE } from './messages/envelope.ts';
import type { FrameFormat } from './messages/frame.ts';
import { GatewayExceptionFilter } from './messages/gateway-exception.filter.ts';
import { RAW, RAW_EVENT } from './messages/raw.ts';
import { normalised } from './upgrade/endpoints.ts';

/**
 * What stands before a gateway's own pipes, interceptors and filters. Nest takes filters from the last to the first, so that
 * ours gets what the gateway's own did not want. None is given to HTTP controllers.
 */
const FLOOR = [
  [PIPES_METADATA, new DtoPipe()],
  [EXCEPTION_FILTERS_METADATA, new GatewayExceptionFilter()],
] as const;

/** What a gateway needs besides if it has filters of its own. */
const FLOOR_WITH_FILTERS = [
  [GUARDS_METADATA, new CompletionGuard()],
  [INTERCEPTORS_METADATA, new CompletionInterceptor()],
  ...FLOOR,
] as const;

/**
 * Lays the floor under every gateway of `app`. To be called before the application is initialised; again does no harm.
 *
 * @throws Error for two formats on one path
 */
export function layFloor(app: INestApplicationContext): void {
  const formats = new Map<string, FrameFormat>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype, instance } of module.providers.values()) {
      if (isGateway(metatype)) {
        agreeOnFormat(metatype, formats);
        addEnhancers(metatype);
        holdLifecycle(metatype, instance);
      }
    }
  }
}

function isGateway(metatype: unknown): metatype is Type {
  return typeof metatype === 'function' && Reflect.hasMetadata(GATEWAY_METADATA, metatype);
}

/** What is known of a gateway's path once it is a gateway: all that share it read and write the same frames. */
function agreeOnFormat(gateway: Type, formats: Map<string, FrameFormat>): void {
  const options = (Reflect.getMetadata(GATEWAY_OPTIONS, gateway) ?? {}) as { path?: string; format?: FrameFormat };
  const events = methodsOf(gateway).flatMap(
    (method) => (Reflect.getMetadata(MESSAGE_METADATA, method) ?? []) as unknown,
  );
  const isRaw = events.includes(RAW_EVENT);
  const format = isRaw ? RAW : (options.format ?? ENVELOPE);
  const path = normalised(options.path);
  if (isRaw && events.some((event) => event !== RAW_EVENT)) {
    throw new Error(
      `${gateway.name} has both @RawMessages() and @SubscribeMessage(). Raw frames have no events: take one.`,
    );
  }
  if ((formats.get(path) ?? format) !== format) throw new Error(`Two gateways on ${path} speak different formats.`);
  formats.set(path, format);
  Reflect.defineMetadata(GATEWAY_OPTIONS, { ...options, format }, gateway);
}

function addEnhancers(gateway: Type): void {
  for (const [key, enhancer] of hasFilters(gateway) ? FLOOR_WITH_FILTERS : FLOOR) {
    const own = (Reflect.getMetadata(key, gateway) ?? []) as unknown[];
    if (!own.includes(enhancer)) Reflect.defineMetadata(key, [enhancer, ...own], gateway);
  }
}

/** Of its own, on the class or on a method. */
function hasFilters(gateway: Type): boolean {
  const own = [gateway, ...methodsOf(gateway)].flatMap(
    (target) => (Reflect.getMetadata(EXCEPTION_FILTERS_METADATA, target) ?? []) as unknown[],
  );
  return own.some((filter) => !(filter instanceof GatewayExceptionFilter));
}

function methodsOf({ prototype }: Type<object>): object[] {
  const methods: object[] = [];
  for (let owner: object | null = prototype; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(owner))) {
      if (typeof value === 'function') methods.push(value as object);
    }
  }
  return methods;
}

type Hook = (this: unknown, socket: WebSocket, ...rest: unknown[]) => unknown;
type Lifecycle = { handleConnection?: Hook; handleDisconnect?: Hook };

const held = new WeakSet<Hook>();

/** Request-scoped gateways get a new instance per socket, so that the prototype is the place, unless the hook is a field. */
function holdLifecycle(gateway: Type, instance: unknown): void {
  for (const owner of [gateway.prototype as Lifecycle, (instance ?? {}) as Lifecycle]) {
    hold(owner, 'handleConnection', (hook) => {
      return function (this: unknown, socket, ...rest) {
        dispatcherOf(socket).waitFor((async () => hook.call(this, socket, ...rest))());
      };
    });
    hold(owner, 'handleDisconnect', (hook) => {
      return function (this: unknown, socket, ...rest) {
        dispatcherOf(socket).afterwards(async () => hook.call(this, socket, ...rest));
      };
    });
  }
}

function hold(owner: Lifecycle, name: keyof Lifecycle, wrap: (hook: Hook) => Hook): void {
  const hook = owner[name];
  if (!hook || held.has(hook)) return;
  const holder = wrap(hook);
  held.add(holder);
  owner[name] = holder;
}
