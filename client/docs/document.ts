/** The parts of docs/asyncapi.yaml that its page shows. */

/** JSON Schema, as the document uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** What one side says to the other. */
export interface Message {
  readonly name: string;
  readonly title: string;
  readonly payload: Schema;
  readonly examples?: readonly { readonly payload: unknown }[];
}

interface Ref {
  readonly $ref: string;
}

/** Something that the server does: it receives a request, or sends news. */
export interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: Ref;
  readonly messages: readonly Ref[];
  readonly reply?: { readonly messages: readonly Ref[] };
}

/** An endpoint. */
export interface Endpoint {
  readonly address: string;
  readonly title: string;
  readonly description: string;
  readonly bindings: { readonly ws: { readonly query: Schema } };
}

/** The whole. */
export interface AsyncApi {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly channels: Readonly<Record<string, Endpoint>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
  readonly 'x-error-codes': readonly {
    readonly code: string;
    readonly message: string;
    readonly temporary: boolean;
  }[];
  readonly 'x-close-codes': readonly {
    readonly code: number;
    readonly name: string;
    readonly reason: string;
    readonly comeBack: boolean;
  }[];
}
