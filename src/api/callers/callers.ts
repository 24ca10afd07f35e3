/**
 * Finds out who sends a request: by an API key, by a token as on a WebSocket, or as the guest who knows its own secret.
 * Relies on the floor's entrance for tokens and guests, so that both are on HTTP whom they are on a WebSocket.
 */
import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../gateway/messages/gateway-error.ts';
import { Entrance } from '../../gateway/upgrade/entrance.ts';
import type { Problem } from '../../gateway/upgrade/problem.ts';
import type { HttpRequest } from '../http.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { ApiProblem, problemFrom } from '../problems/api-problem.ts';
import type { CallerInfo } from './caller.ts';

/** What keys begin with, as `npm run key` makes them. */
const KEY_PREFIX = 'belfry_';

/** What is told where nothing is configured by which anybody could prove to be somebody. */
const DISABLED: Problem = {
  status: 403,
  code: 'api_disabled',
  detail: 'No API key is configured: set API_KEYS_FILE (npm run key makes keys), or AUTH_* for tokens.',
};

/** Everyone who sends requests. */
@Injectable()
export class Callers {
  constructor(
    private readonly keys: KeyRing,
    private readonly entrance: Entrance,
  ) {}

  /**
   * Who sent a request.
   *
   * @param mayBeGuest whether a guest's secret is enough
   * @throws ApiProblem when that is not known
   */
  async identify(request: HttpRequest, mayBeGuest: boolean): Promise<CallerInfo> {
    const { authorization, 'x-api-key': apiKey } = request.raw.headers;
    if (authorization === undefined && apiKey === undefined) return this.guest(request, mayBeGuest);
    if (!this.isEnabled) throw new ApiProblem(DISABLED);
    if (authorization !== undefined && apiKey !== undefined) {
      throw unauthorized('Send either X-API-Key or Authorization, not both.');
    }
    const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    const key = apiKey ?? bearer;
    if (key === undefined) throw unauthorized('Send Authorization: Bearer, followed by an API key or a token.');
    const identity = this.keys.find(String(key));
    if (identity) return { identity, by: 'key' };
    if (apiKey !== undefined || bearer?.startsWith(KEY_PREFIX)) {
      throw unauthorized('The API key is not known, or has expired.');
    }
    return this.admit(request, 'token');
  }

  /** Whether anybody can prove to be somebody. */
  private get isEnabled(): boolean {
    return this.keys.isConfigured;
  }

  private async guest(request: HttpRequest, mayBeGuest: boolean): Promise<CallerInfo> {
    if (mayBeGuest && request.query['client'] !== undefined) return this.admit(request, 'secret');
    if (!this.isEnabled) throw new ApiProblem(DISABLED);
    throw unauthorized('Send an API key or a token, as Authorization: Bearer.');
  }

  private async admit(request: HttpRequest, by: CallerInfo['by']): Promise<CallerInfo> {
    const admission = await this.entrance.admit(request.raw);
    if (admission === undefined) throw unauthorized();
    if (admission instanceof GatewayError) throw new ApiProblem(problemFrom(admission.data));
    if ('status' in admission) throw new ApiProblem(admission);
    return { identity: admission, by };
  }
}

function unauthorized(detail?: string): ApiProblem {
  return new ApiProblem(problemFrom(new GatewayError('unauthorized', detail).data));
}
