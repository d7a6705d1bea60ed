// Checks docker-compose.yml without a container daemon: against the Compose Specification's schema, then for what the schema cannot see:
// names that lead nowhere, images without a version, ports that strangers could reach, services that are not hardened.
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { isProgram, report } from './report.ts';

/** A list of names, or names with settings: most of a service's keys may be written either way. */
type Names = string[] | Record<string, unknown> | undefined;

interface Mount {
  type?: string;
  source?: string;
}

interface Service {
  image?: string;
  build?: unknown;
  depends_on?: Names;
  networks?: Names;
  network_mode?: string;
  volumes?: (string | Mount)[];
  secrets?: (string | { source: string })[];
  configs?: (string | { source: string })[];
  ports?: (string | number | { host_ip?: string; published?: string | number })[];
  command?: string | string[];
  environment?: Record<string, unknown>;
  scale?: number;
  read_only?: boolean;
  privileged?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  ulimits?: { core?: number };
}

interface Compose {
  services: Record<string, Service>;
  networks?: Record<string, unknown>;
  volumes?: Record<string, unknown>;
  secrets?: Record<string, { file?: string }>;
  configs?: Record<string, unknown>;
}

/** Everything wrong with the text of a compose file, one line each. `exists` says whether a path beside it does. */
export function checkCompose(text: string, exists: (path: string) => boolean): string[] {
  let compose: Compose;
  try {
    compose = parse(text, { merge: true });
  } catch (error) {
    return [`docker-compose.yml: ${(error as Error).message.split('\n')[0]}`];
  }
  const invalid = checkSchema(compose);
  if (invalid.length > 0) return invalid;
  return Object.entries(compose.services).flatMap(([name, service]) =>
    [
      ...checkNames(service, compose),
      ...checkImage(service),
      ...(service.ports ?? []).flatMap(checkPort),
      ...(service.volumes ?? []).flatMap((volume) => checkVolume(volume, compose, exists)),
      ...checkAddress(service),
      ...checkConnections(service, compose),
      ...checkTemporalUi(service),
      ...checkHardening(service),
    ].map((problem) => `docker-compose.yml: service ${name} ${problem}`),
  );
}

function checkSchema(compose: unknown): string[] {
  const schema = JSON.parse(readFileSync(new URL('./compose-spec.json', import.meta.url), 'utf8'));
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);
  if (validate(compose)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const key = params.additionalProperty ?? params.unevaluatedProperty;
    const which = key === undefined ? '' : `: ${key}`;
    return `docker-compose.yml: ${instancePath || '/'} ${message}${which}`;
  });
}

function checkNames(service: Service, compose: Compose): string[] {
  const missing = (names: string[], known: Record<string, unknown> | undefined, what: string) =>
    names.filter((name) => !(name in (known ?? {}))).map((name) => `${what} ${name}, which does not exist`);
  const sources = (list: Service['secrets']) =>
    (list ?? []).map((each) => (typeof each === 'string' ? each : each.source));
  return [
    ...missing(namesOf(service.depends_on), compose.services, 'depends on'),
    // Every compose file has a network of this name.
    ...missing(namesOf(service.networks), { default: null, ...compose.networks }, 'is on network'),
    ...missing(sources(service.secrets), compose.secrets, 'has secret'),
    ...missing(sources(service.configs), compose.configs, 'has config'),
  ];
}

function namesOf(names: Names): string[] {
  return Array.isArray(names) ? names : Object.keys(names ?? {});
}

function checkImage({ image, build }: Service): string[] {
  if (image === undefined) return build === undefined ? ['has neither image nor build'] : [];
  // ${NAME:-default} stands for its default here; without one the version would depend on who starts it.
  const resolved = image.replaceAll(/\$\{\w+:?-([^}]*)\}/g, '$1');
  const tag = /@sha256:[0-9a-f]{64}$/.exec(resolved)?.[0] ?? /:([\w][\w.-]*)$/.exec(resolved)?.[1];
  if (tag === undefined || !/\d/.test(tag)) return [`has image ${image}, which names no version`];
  return [];
}

function checkPort(port: NonNullable<Service['ports']>[number]): string[] {
  const loopback = typeof port === 'object' ? port.host_ip === '127.0.0.1' : String(port).startsWith('127.0.0.1:');
  return loopback ? [] : [`publishes ${JSON.stringify(port)} beyond 127.0.0.1`];
}

function checkVolume(volume: string | Mount, compose: Compose, exists: (path: string) => boolean): string[] {
  const parts = typeof volume === 'string' ? volume.split(':') : undefined;
  const source = parts ? (parts.length > 1 ? parts[0] : undefined) : (volume as Mount).source;
  if (typeof volume !== 'string' && volume.type === 'tmpfs') return [];
  if (source === undefined)
    return [`has the anonymous volume ${JSON.stringify(volume)}: what is in it is lost with the container`];
  if (/^[./~]/.test(source))
    return exists(source) ? checkSecrets(source, compose) : [`mounts ${source}, which does not exist`];
  return source in (compose.volumes ?? {}) ? [] : [`mounts volume ${source}, which does not exist`];
}

/** A folder that holds secrets shows them to a service that was not given them. */
function checkSecrets(source: string, compose: Compose): string[] {
  const folder = `${posix.normalize(source)}/`;
  const inside = Object.values(compose.secrets ?? {}).some(({ file }) =>
    posix.normalize(file ?? '').startsWith(folder),
  );
  return inside ? [`mounts ${source}, and with it secrets that it was not given`] : [];
}

/** Temporal announces the address it is bound to: of several it cannot choose, and does not start. */
function checkAddress({ environment, networks }: Service): string[] {
  const everywhere = environment?.BIND_ON_IP === '0.0.0.0' && namesOf(networks).length > 1;
  return everywhere && environment?.TEMPORAL_BROADCAST_ADDRESS === undefined
    ? ['is bound to the addresses of several networks: TEMPORAL_BROADCAST_ADDRESS is missing']
    : [];
}

/** Temporal's four parts open 20 connections each to one database and 10 each to the other, unless told otherwise. */
const TEMPORAL_CONNECTIONS = 4 * (20 + 10);
/** `record/postgres.ts` has the same figure. */
const WORKER_CONNECTIONS = 6;
/** For backups, and for whoever looks. */
const SPARE_CONNECTIONS = 10;

/** Whoever finds no connection fails: a mail that was taken then cannot be written down. */
function checkConnections({ image, command }: Service, { services }: Compose): string[] {
  if (!/^postgres[:@]/.test(image ?? '')) return [];
  const allowed = Number(/max_connections=(\d+)/.exec([command ?? ''].flat().join(' '))?.[1] ?? 100);
  const needed = Object.values(services).reduce((sum, { environment, scale = 1 }) => {
    if (environment?.POSTGRES_SEEDS !== undefined && environment.BIND_ON_IP !== undefined)
      return sum + TEMPORAL_CONNECTIONS;
    if (environment?.DATABASE_URL_FILE === undefined) return sum;
    return sum + scale * Number(environment.NODRIFT_DATABASE_CONNECTIONS ?? WORKER_CONNECTIONS);
  }, SPARE_CONNECTIONS);
  return allowed < needed
    ? [`allows ${allowed} connections, and the services may open ${needed}: max_connections`]
    : [];
}

/** What keeps hands off cases in Temporal UI, and what it shows out of its log. */
const OF_TEMPORAL_UI = {
  TEMPORAL_DISABLE_WRITE_ACTIONS: 'anybody who opens it can end a case',
  TEMPORAL_HIDE_LOGS: 'it logs addresses, and with them what it shows',
  TEMPORAL_CODEC_INCLUDE_CREDENTIALS: 'nobody reads there what is sealed',
};

function checkTemporalUi({ image, environment }: Service): string[] {
  if (!/^temporalio\/ui[:@]/.test(image ?? '')) return [];
  return Object.entries(OF_TEMPORAL_UI).flatMap(([name, otherwise]) =>
    String(environment?.[name]) === 'true' ? [] : [`has no ${name}: true, and ${otherwise}`],
  );
}

function checkHardening(service: Service): string[] {
  return [
    ...(service.read_only ? [] : ['may write to its root file system: read_only is missing']),
    ...(service.cap_drop?.includes('ALL') ? [] : ['keeps capabilities: cap_drop: [ALL] is missing']),
    ...(service.security_opt?.includes('no-new-privileges:true')
      ? []
      : ['may gain privileges: security_opt: ["no-new-privileges:true"] is missing']),
    ...(service.ulimits?.core === 0
      ? []
      : ['may leave its memory on a disk when it crashes: ulimits: { core: 0 } is missing']),
    ...(service.privileged ? ['is privileged'] : []),
    ...(service.network_mode === undefined ? [] : [`leaves its networks by network_mode: ${service.network_mode}`]),
  ];
}

if (isProgram(import.meta.url)) {
  report(checkCompose(readFileSync('docker-compose.yml', 'utf8'), existsSync), 'docker-compose.yml is sound');
}
