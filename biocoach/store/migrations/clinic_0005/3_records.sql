-- What clients' computers have sent, and what the server made of it. client comes first in every
-- key: it is the distribution column, should one machine not be enough (Citus; see
-- biocoach/store/clinic/__init__.py). Texts compare by code point, as SQLite does.
-- agreed_utc, withdrawn_utc: when, by the clock of the client's computer ('': it did not say).
CREATE TABLE clinic.agreed (
  client uuid NOT NULL REFERENCES clinic.clients,
  item text NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  agreed_utc text COLLATE "C" NOT NULL,
  withdrawn timestamptz,
  withdrawn_utc text COLLATE "C" NOT NULL DEFAULT '',
  PRIMARY KEY (client, item, since)
);
CREATE UNIQUE INDEX agreed_now ON clinic.agreed (client, item) WHERE withdrawn IS NULL;

-- at_seq, at_chain: how far it is known here. Its row's lock lets one sender at a time go on.
CREATE TABLE clinic.journals (
  client uuid NOT NULL REFERENCES clinic.clients,
  journal text COLLATE "C" NOT NULL,
  before text COLLATE "C" NOT NULL,
  schema text NOT NULL,
  at_seq bigint NOT NULL DEFAULT 0,
  at_chain text NOT NULL DEFAULT '',
  made timestamptz NOT NULL DEFAULT clock_timestamp(),
  heard timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (client, journal)
);

-- month: the first day of that in which the line came here, by this database's clock.
CREATE TABLE clinic.lines (
  client uuid NOT NULL,
  journal text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  month date NOT NULL DEFAULT date_trunc('month', now() AT TIME ZONE 'UTC')::date,
  person text COLLATE "C" NOT NULL,
  writer text COLLATE "C" NOT NULL,
  session text COLLATE "C" NOT NULL,
  number bigint,
  boot_id text COLLATE "C" NOT NULL,
  at_s double precision NOT NULL,
  wall_utc text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  body text COLLATE "C",
  settings_hash text COLLATE "C" NOT NULL,
  body_sha256 text COLLATE "C" NOT NULL,
  chain_sha256 text COLLATE "C" NOT NULL,
  PRIMARY KEY (client, journal, seq, month)
) PARTITION BY RANGE (month);
CREATE INDEX lines_by_session ON clinic.lines (client, journal, session, seq);

-- salt NULL: nothing of the session is to be read here.
CREATE TABLE clinic.sessions (
  client uuid NOT NULL,
  journal text COLLATE "C" NOT NULL,
  person text COLLATE "C" NOT NULL,
  session text COLLATE "C" NOT NULL,
  salt bytea,
  first_seq bigint NOT NULL,
  started_utc text COLLATE "C" NOT NULL,
  last_utc text COLLATE "C" NOT NULL,
  entries bigint NOT NULL,
  begun boolean NOT NULL,
  closed boolean NOT NULL,
  PRIMARY KEY (client, journal, person, session)
);

CREATE TABLE clinic.settings_documents (
  client uuid NOT NULL,
  hash text COLLATE "C" NOT NULL,
  json text COLLATE "C" NOT NULL,
  PRIMARY KEY (client, hash)
);

CREATE TABLE clinic.summaries (
  client uuid NOT NULL,
  journal text COLLATE "C" NOT NULL,
  session text COLLATE "C" NOT NULL,
  json text COLLATE "C" NOT NULL,
  PRIMARY KEY (client, journal, session)
);

CREATE TABLE clinic.thin_reviews (
  client uuid NOT NULL,
  journal text COLLATE "C" NOT NULL,
  session text COLLATE "C" NOT NULL,
  made_by text COLLATE "C" NOT NULL,
  json text COLLATE "C" NOT NULL,
  PRIMARY KEY (client, journal, session)
);

-- One row a client: what a caseload shows of them.
CREATE TABLE clinic.digests (
  client uuid PRIMARY KEY REFERENCES clinic.clients,
  made_by text NOT NULL,
  made timestamptz NOT NULL DEFAULT clock_timestamp(),
  json text NOT NULL
);
