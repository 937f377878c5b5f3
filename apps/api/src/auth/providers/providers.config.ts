import { z } from 'zod';

const roleMapping = z
  .record(z.string().min(1), z.array(z.string().min(1).max(255)))
  .default({})
  .describe('group of the provider → roles it gives; groups that are not named here give nothing');

/** How a provider is shown where people sign in. */
const shown = (provider_name: string) => ({
  provider_name: z.string().min(1).max(64).default(provider_name).describe('its name, for programs'),
  provider_label: z.string().min(1).max(255).optional().describe('its name, for people'),
  provider_icon_url: z.url().optional().describe('its icon'),
  visible_by_default: z.boolean().default(true).describe('whether the login page offers it'),
});

const reached = {
  ca_file: z.string().min(1).optional().describe('PEM file of the certificates it is trusted by'),
  allow_private_addresses: z
    .boolean()
    .default(false)
    .describe('whether it may be in a private network or on this machine'),
  timeout_ms: z.int().min(100).max(60_000).default(10_000).describe('longest wait for an answer of it'),
};

const oidc = z
  .strictObject({
    issuer: z.url().describe('issuer of the OpenID provider; its discovery document is found below it'),
    client_id: z.string().min(1).describe('as which Attune is known there'),
    client_secret: z.string().min(1).optional().describe('its secret; none for a public client'),
    scopes: z
      .array(z.string().min(1))
      .default(['openid', 'profile', 'email'])
      .describe('what is asked for; must include openid'),
    groups_claim: z.string().min(1).default('groups').describe('claim that lists the groups of an account'),
    role_mapping: roleMapping,
    post_logout_redirect_uri: z.url().optional().describe('where the provider sends people after a logout'),
    allow_http: z.boolean().default(false).describe('whether it may be reached without TLS'),
    ...reached,
    ...shown('oidc'),
  })
  .describe(
    'sign-in at an OpenID provider; the redirect address to register there is <public_url>/auth/callback',
  );

const ldap = z
  .strictObject({
    url: z
      .url({ protocol: /^ldaps?$/ })
      .describe('ldaps://host or ldap://host, with :port where it is not the usual one'),
    directory: z
      .string()
      .min(1)
      .optional()
      .describe('what its accounts are known by, the url unless said; keep it when the address changes'),
    starttls: z.boolean().default(false).describe('whether an ldap:// connection is secured before use'),
    allow_plaintext: z
      .boolean()
      .default(false)
      .describe('whether passwords may travel without TLS; never in production'),
    bind_dn_template: z
      .string()
      .regex(/=[^,]*\{login\}/, 'must be a distinguished name with {login} in it')
      .optional()
      .describe('name of a person, bound directly: uid={login},ou=people,dc=example,dc=org'),
    user_search_base: z.string().min(1).optional().describe('where people are looked for instead'),
    user_filter: z
      .string()
      .regex(/^\(.*\{login\}.*\)$/s, 'must be a filter with {login} in it')
      .default('(uid={login})')
      .describe('filter that finds a person'),
    search_bind_dn: z.string().min(1).optional().describe('account that searches; anonymous unless said'),
    search_bind_password: z.string().min(1).optional().describe('its password'),
    login_attr: z.string().min(1).default('uid').describe('attribute with the login'),
    email_attr: z.string().min(1).default('mail').describe('attribute with the address'),
    display_name_attr: z.string().min(1).default('cn').describe('attribute with the name'),
    group_attr: z.string().min(1).default('memberOf').describe('attribute that lists the groups'),
    role_mapping: roleMapping,
    ...reached,
    ...shown('ldap'),
  })
  .refine(
    (settings) => (settings.bind_dn_template === undefined) !== (settings.user_search_base === undefined),
    {
      path: ['bind_dn_template'],
      message: 'set either bind_dn_template or user_search_base',
    },
  )
  .refine(
    (settings) => (settings.search_bind_dn === undefined) === (settings.search_bind_password === undefined),
    {
      path: ['search_bind_password'],
      message: 'search_bind_dn and search_bind_password go together',
    },
  )
  .describe('sign-in with a directory password');

/** Signing in through others; passwords of our own need no setting. */
export const providersConfig = z
  .strictObject({
    redirect_uris: z
      .array(z.url())
      .default([])
      .describe('pages that may receive the one-time code of a sign-in, exactly; loopback ports always may'),
    oidc: oidc.optional(),
    ldap: ldap.optional(),
  })
  .prefault({})
  .describe('sign-in through identity providers');

export type ProvidersConfig = z.output<typeof providersConfig>;
export type OidcConfig = z.output<typeof oidc>;
export type LdapConfig = z.output<typeof ldap>;
