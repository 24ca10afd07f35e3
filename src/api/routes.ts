/**
 * The routes of the HTTP interface, as its controllers declare them: for the answer to a wrong method, and for its documentation.
 */
import { Injectable, RequestMethod } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ChannelsController } from './channels/channels.controller.ts';
import { ChannelsListController } from './operators/channels-list.controller.ts';
import { ConnectionsController } from './operators/connections.controller.ts';
import { RevocationsController } from './operators/revocations.controller.ts';
import { StreamController } from './stream/stream.controller.ts';
import { WelcomeController } from './welcome.controller.ts';

/** The controllers that have routes of their own. */
export const CONTROLLERS: readonly Type<object>[] = [
  ChannelsController,
  StreamController,
  ChannelsListController,
  ConnectionsController,
  RevocationsController,
  WelcomeController,
];

/** One method at one path. */
export interface Route {
  /** `GET` */
  readonly method: string;
  /** `/api/channels/:channel/messages` */
  readonly path: string;
}

/** All routes. */
@Injectable()
export class Routes {
  readonly all: readonly Route[] = CONTROLLERS.flatMap(routesOf);

  /** The methods that a path has, in the order of the alphabet. */
  methodsOf(path: string): readonly string[] {
    return this.all
      .filter((route) => matches(route.path, path))
      .map(({ method }) => method)
      .toSorted();
  }
}

function routesOf(controller: Type<object>): Route[] {
  const prototype = controller.prototype as object;
  const prefix = String(Reflect.getMetadata(PATH_METADATA, controller));
  return Object.values(Object.getOwnPropertyDescriptors(prototype)).flatMap(({ value }) => {
    const handler: unknown = value;
    if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
    const own = String(Reflect.getMetadata(PATH_METADATA, handler)).replace(/^\/+|\/+$/g, '');
    return [{ method, path: `/${prefix}${own === '' ? '' : `/${own}`}` }];
  });
}

function matches(pattern: string, path: string): boolean {
  return new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path);
}
