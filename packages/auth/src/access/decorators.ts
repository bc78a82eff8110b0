import { annotate, createParamDecorator, type Newable, type PolicyKey } from '@ts-chassis/core';
import { principalOf, type Principal } from '../principal.js';
import type { Authorizer } from './authorizer.js';
import { AuthenticationPolicy, AuthorisationPolicy } from './policies.js';

/**
 * What the decorators of access are: for a class, which means all of its operations, or for one method, which wins over the class.
 *
 * @example
 * ```ts
 * const adminsOnly: AccessDecorator = Roles('admin');
 * ```
 */
export interface AccessDecorator {
  (target: Newable): void;
  <M extends (...args: never[]) => unknown>(
    target: object,
    member: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void;
}

/**
 * What `@Authenticated` takes.
 *
 * @example
 * ```ts
 * const options: AuthenticatedOptions = { schemes: ['jwt', 'apiKey'] };
 * ```
 */
export interface AuthenticatedOptions {
  /** Names of the schemes that are accepted, in the order they look for their credentials. Default all that are set up. */
  readonly schemes?: readonly string[];
  /** Lets a caller without credentials in, unnamed; one with bad credentials is refused all the same. Default false. */
  readonly optional?: boolean;
}

/**
 * Asks callers to prove who they are: else `UNAUTHENTICATED`, over REST 401 with `WWW-Authenticate`, before the body is read. Configuration:
 * `servicecomb.authentication`, on all levels. It needs the plug-in `auth`; without it the start is refused.
 *
 * @param options - which schemes, and whether strangers are let in
 *
 * @example
 * ```ts
 * @Authenticated()
 * @Schema({ id: 'orders', path: '/orders' })
 * class Orders {
 *   @Get() @Returns([Order])
 *   mine(@CurrentPrincipal() caller?: Principal): Promise<Order[]> { return this.store.of(caller!.name); }
 * }
 * ```
 */
export function Authenticated({ schemes, optional = false }: AuthenticatedOptions = {}): AccessDecorator {
  return writing(AuthenticationPolicy.key, { required: true, optional, ...(schemes && { schemes }) });
}

/**
 * Lets everybody call, without a look at credentials: on a method of a class that is authenticated, or where all operations are by default.
 *
 * @example
 * ```ts
 * class Sessions {
 *   @Public() @Post('/login') @Returns(Token)
 *   login(@Body() form: LoginForm): Promise<Token> { return this.tokens.issue(form); }
 * }
 * ```
 */
export function Public(): AccessDecorator {
  return writing(AuthenticationPolicy.key, { required: false });
}

/**
 * Admits callers that have one of these roles: else `PERMISSION_DENIED` (403), and `UNAUTHENTICATED` (401) for nobody known. It implies
 * `@Authenticated`. On a method it takes the place of the class's roles. Configuration: `servicecomb.authorisation`, on all levels.
 *
 * @param roles - one is enough; at least one is named
 *
 * @example
 * ```ts
 * class Books {
 *   @Roles('editor', 'admin') @Delete('/{isbn}') @Returns()
 *   remove(@Path('isbn') isbn: string): Promise<void> { return this.shelf.remove(isbn); }
 * }
 * ```
 */
export function Roles(...roles: readonly [string, ...string[]]): AccessDecorator {
  return writing(AuthorisationPolicy.key, { roles });
}

/**
 * Admits callers that a function says yes to: else `PERMISSION_DENIED` (403). It implies `@Authenticated`, and holds beside `@Roles`. On a method it
 * takes the place of the class's function. It runs before the body is read.
 *
 * @param authorize - decides by the caller and the invocation
 *
 * @example
 * ```ts
 * class Tenants {
 *   @Authorize(({ claims }, { headers }) => claims['tenant'] === headers.get('x-tenant'))
 *   @Get('/bill') @Returns(Bill)
 *   bill(): Promise<Bill> { return this.bills.latest(); }
 * }
 * ```
 */
export function Authorize(authorize: Authorizer): AccessDecorator {
  return writing(AuthorisationPolicy.key, { authorize });
}

/**
 * The caller as a parameter: the whole {@link Principal}, or one field of it; undefined for nobody known. Such a parameter stands after what callers
 * pass and is declared optional.
 *
 * @example
 * ```ts
 * class Me {
 *   @Authenticated() @Get('/me') @Returns(String)
 *   async name(@CurrentPrincipal('name') name?: string): Promise<string> { return name!; }
 * }
 * ```
 */
export const CurrentPrincipal = createParamDecorator((field: keyof Principal | undefined, invocation) => {
  const principal = principalOf(invocation);
  return field === undefined ? principal : principal?.[field];
});

/** Several decorators write one kind: what another wrote at the same place is kept. */
function writing<T>(key: PolicyKey<T>, fields: Partial<T>): AccessDecorator {
  return (target: object, member?: string): void =>
    annotate(target, key, {
      update: (own) => ({ fields: { ...own?.fields, ...fields } }),
      ...(member !== undefined && { member }),
    });
}
