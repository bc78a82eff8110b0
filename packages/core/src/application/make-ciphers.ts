import type { ConfigView } from '../config/config.js';
import type { Decryption } from '../config/decrypting.js';
import { CipherSection } from '../config/sections/cipher.js';
import { Ciphers } from '../security/ciphers.js';
import type { SecretTexts } from '../security/secret-texts.js';
import type { Declarations } from './declarations.js';
import type { ApplicationOptions } from './options.js';
import type { CipherContext } from './plugin.js';

/** What makes an application's ciphers. */
export interface MakeCiphersOptions extends Pick<CipherContext, 'clock' | 'logger'> {
  readonly application: ApplicationOptions;
  readonly declarations: Declarations;
  /** What the local sources say as it is written; asked when the first cipher is needed. */
  local(): ConfigView;
  readonly secrets: SecretTexts;
}

/** The ciphers of an application; none is made yet, no key is read. */
export function makeCiphers({ application, declarations, local, clock, logger, secrets }: MakeCiphersOptions): Ciphers {
  let known: CipherContext | undefined;
  const context = (): CipherContext =>
    (known ??= { config: local(), clock, logger, environment: environmentOf(application) });
  const makers = [...declarations.ciphers.all].map(([name, make]) => [name, () => make(context())] as const);
  return new Ciphers({
    makers: new Map(makers),
    remember: (secret) => secrets.add(secret),
    chosen: () => context().config.section(CipherSection).plugin,
  });
}

/** How configuration is decrypted by these ciphers. */
export function decryptionBy(ciphers: Ciphers, secrets: SecretTexts): Decryption {
  return { decrypt: (cipher, text) => ciphers.get(cipher ?? ciphers.chosen).decrypt(text), secrets };
}

/** The variables that an application reads. */
export function environmentOf({
  configuration = {},
}: Pick<ApplicationOptions, 'configuration'>): Readonly<Record<string, string | undefined>> {
  return configuration.environment === false ? {} : (configuration.environment ?? process.env);
}
