import type { HttpVersion } from '@ts-chassis/core';
import type { IncomingHttpHeaders } from 'node:http';
import { restError } from '../codes.js';
import { acceptedVersions } from './accepted-version.js';

/** What routes are told apart by. */
export interface VersionedRoute {
  readonly operation: { readonly http?: { readonly version?: HttpVersion } };
}

/** The routes that share one method and path, told apart by the version that a request names in a header or in a media type. */
export class RouteVersions<T extends VersionedRoute> {
  readonly #rule: HttpVersion;
  readonly #byVersion = new Map<string, T>();
  #neutral: T | undefined;
  #default: string | undefined;

  private constructor(rule: HttpVersion) {
    this.#rule = rule;
  }

  /** The versions of a single route; undefined when it does not look at what a request says of versions. */
  static of<T extends VersionedRoute>(route: T): RouteVersions<T> | undefined {
    const { version } = route.operation.http ?? {};
    if (!version || version.by === 'path') return undefined;
    return new RouteVersions<T>(version).add(route);
  }

  /** Puts two routes together that stand at one place; undefined when neither has versions that tell them apart. */
  static join<T extends VersionedRoute & { versions: RouteVersions<T> | undefined }>(one: T, other: T): T | undefined {
    const versions = one.versions ?? other.versions;
    if (!versions) return undefined;
    one.versions = versions.add(versions === one.versions ? other : one);
    return one;
  }

  /** @throws ChassisError `ROUTE_INVALID` when it cannot be told apart from those that are there */
  add(route: T): this {
    const version = route.operation.http?.version;
    if (!version || version.by === 'path') {
      this.#addNeutral(route);
      return this;
    }
    const { by, name } = this.#rule;
    if (version.by !== by || version.name.toLowerCase() !== name.toLowerCase())
      throw invalid(
        `the version stands in the ${version.by} '${version.name}' here and in the ${by} '${name}' elsewhere`,
      );
    if (version.default !== undefined && version.default !== (this.#default ??= version.default))
      throw invalid(`the default version is '${version.default}' here and '${this.#default}' elsewhere`);
    for (const each of version.versions) {
      if (this.#byVersion.has(each)) throw invalid(`version '${each}' is routed twice`);
      this.#byVersion.set(each, route);
    }
    if (version.neutral) this.#addNeutral(route);
    return this;
  }

  /**
   * The route for a request.
   *
   * @throws ChassisError `VERSION_UNSUPPORTED` (header) or `NOT_ACCEPTABLE` (media type) naming the versions there are
   */
  choose(headers: IncomingHttpHeaders): T {
    const { by, name } = this.#rule;
    if (by === 'media-type') {
      const { named, any } = acceptedVersions(headers.accept, name);
      const found = named.map((version) => this.#byVersion.get(version)).find((route) => route !== undefined);
      return found ?? (any ? this.#unnamed : undefined) ?? this.#neutral ?? this.#refuse(named[0]);
    }
    const said = headers[name.toLowerCase()];
    const version = typeof said === 'string' ? said.trim() : '';
    if (version === '') return this.#unnamed ?? this.#refuse(undefined);
    return this.#byVersion.get(version) ?? this.#neutral ?? this.#refuse(version);
  }

  /** For a request that names no version. */
  get #unnamed(): T | undefined {
    const meant = this.#default === undefined ? undefined : this.#byVersion.get(this.#default);
    return meant ?? this.#neutral;
  }

  #addNeutral(route: T): void {
    if (this.#neutral) throw invalid('two methods answer requests of any version');
    this.#neutral = route;
  }

  #refuse(version: string | undefined): never {
    const { by, name } = this.#rule;
    const versions = [...this.#byVersion.keys()];
    const where = by === 'header' ? `the header ${name}` : `the parameter '${name}' of a media type in Accept`;
    const got = version === undefined ? 'none' : JSON.stringify(version.slice(0, 40));
    throw restError(
      by === 'header' ? 'VERSION_UNSUPPORTED' : 'NOT_ACCEPTABLE',
      `expected version ${versions.join(' or ')} in ${where}, got ${got}`,
      { details: { versions } },
    );
  }
}

function invalid(message: string): Error {
  return restError('ROUTE_INVALID', message);
}
