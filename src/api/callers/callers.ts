/**
 * Finds out who sends a request: by an API key, by a token as on a WebSocket, or as the guest who knows its own secret.
 * Relies on the floor's entrance for tokens and guests, so that both are on HTTP whom they are on a WebSocket.
 */
import { Injectable } from '@nestjs/common';
import { KEY_PREFIX, KeyRing } from '../../access/keys/key-ring.ts';
import { Tokens } from '../../access/tokens/tokens.ts';
import { GatewayError } from '../../gateway/messages/gateway-error.ts';
import { Entrance } from '../../gateway/upgrade/entrance.ts';
import type { Problem } from '../../gateway/upgrade/problem.ts';
import type { HttpRequest } from '../http.ts';
import { ApiProblem, problemFrom } from '../problems/api-problem.ts';
import type { CallerInfo } from './caller.ts';

/** What is told where nothing is configured by which anybody could prove to be somebody. */
const DISABLED: Problem = {
  status: 403,
  code: 'api_disabled',
  detail:
    'Neither API keys nor tokens are configured: set API_KEYS_FILE (npm run key makes keys), or AUTH_* for tokens.',
};

/** Everyone who sends requests. */
@Injectable()
export class Callers {
  constructor(
    private readonly keys: KeyRing,
    private readonly tokens: Tokens,
    private readonly entrance: Entrance,
  ) {}

  /**
   * Who sent a request.
   *
   * @throws ApiProblem when that is not known
   */
  async identify(request: HttpRequest): Promise<CallerInfo> {
    const { authorization, 'x-api-key': apiKey } = request.raw.headers;
    if (authorization === undefined && apiKey === undefined) {
      if (!this.saysItself(request)) throw this.unknown();
      return this.admit(request);
    }
    if (!this.isEnabled) throw new ApiProblem(DISABLED);
    if (authorization !== undefined && apiKey !== undefined) {
      throw unauthorized('Send either X-API-Key or Authorization, not both.');
    }
    const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    const key = apiKey ?? bearer;
    if (key === undefined) throw unauthorized('Send Authorization: Bearer, followed by an API key or a token.');
    const identity = this.keys.find(String(key));
    if (identity) return { identity, hasKey: true };
    if (apiKey !== undefined || bearer?.startsWith(KEY_PREFIX)) {
      throw unauthorized('The API key is not known, or has expired.');
    }
    return this.admit(request);
  }

  /** What somebody is told who has shown nothing that says who it is. */
  unknown(): ApiProblem {
    return this.isEnabled
      ? unauthorized('Send an API key or a token, as Authorization: Bearer.')
      : new ApiProblem(DISABLED);
  }

  /** Whether anybody can prove to be somebody. */
  private get isEnabled(): boolean {
    return this.keys.isConfigured || this.tokens.areTaken;
  }

  /** Whether its address says who it is: by the secret of a guest, or by a token, where those are taken from there. */
  private saysItself({ query }: HttpRequest): boolean {
    return query['client'] !== undefined || (query['token'] !== undefined && this.tokens.areTaken);
  }

  private async admit(request: HttpRequest): Promise<CallerInfo> {
    const admission = await this.entrance.admit(request.raw);
    if (admission === undefined) throw this.unknown();
    if (admission instanceof GatewayError) throw new ApiProblem(problemFrom(admission.data));
    if ('status' in admission) throw new ApiProblem(admission);
    return { identity: admission, hasKey: false };
  }
}

function unauthorized(detail: string): ApiProblem {
  return new ApiProblem(problemFrom(new GatewayError('unauthorized', detail).data));
}
