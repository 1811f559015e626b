-- A clinic and its people. Every key to somebody holds the clinic too, so that nothing can be
-- tied together across two of them.
CREATE TABLE clinic.clinics (
  clinic uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  made timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE clinic.members (
  member uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic uuid NOT NULL REFERENCES clinic.clinics,
  name text NOT NULL,
  roles text[] NOT NULL,
  made timestamptz NOT NULL DEFAULT now(),
  disabled timestamptz,
  UNIQUE (clinic, member),
  CHECK (roles = '{practitioner}'
         OR (cardinality(roles) > 0 AND roles <@ '{therapist,supervisor,admin}'))
);

-- practitioner: the client themself, as a member who sees their own copy and no other.
CREATE TABLE clinic.clients (
  client uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic uuid NOT NULL,
  practitioner uuid NOT NULL UNIQUE,
  alias text NOT NULL,
  made timestamptz NOT NULL DEFAULT now(),
  UNIQUE (clinic, client),
  UNIQUE (clinic, alias),
  FOREIGN KEY (clinic, practitioner) REFERENCES clinic.members (clinic, member)
);

CREATE TABLE clinic.assignments (
  client uuid NOT NULL,
  therapist uuid NOT NULL,
  clinic uuid NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  until timestamptz,
  PRIMARY KEY (client, therapist, since),
  FOREIGN KEY (clinic, client) REFERENCES clinic.clients (clinic, client),
  FOREIGN KEY (clinic, therapist) REFERENCES clinic.members (clinic, member)
);
CREATE UNIQUE INDEX assignments_now ON clinic.assignments (therapist, client) WHERE until IS NULL;

CREATE TABLE clinic.supervision (
  supervisor uuid NOT NULL,
  therapist uuid NOT NULL,
  clinic uuid NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  until timestamptz,
  PRIMARY KEY (supervisor, therapist, since),
  FOREIGN KEY (clinic, supervisor) REFERENCES clinic.members (clinic, member),
  FOREIGN KEY (clinic, therapist) REFERENCES clinic.members (clinic, member)
);
CREATE UNIQUE INDEX supervision_now ON clinic.supervision (supervisor, therapist)
  WHERE until IS NULL;

-- hash: of the secret that was handed over. device: a client's computer joins by it; member: a
-- person makes their credentials by it.
CREATE TABLE clinic.invitations (
  hash text PRIMARY KEY,
  clinic uuid NOT NULL,
  member uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('device', 'member')),
  made timestamptz NOT NULL DEFAULT now(),
  expires timestamptz NOT NULL,
  used timestamptz,
  FOREIGN KEY (clinic, member) REFERENCES clinic.members (clinic, member)
);

CREATE TABLE clinic.devices (
  device uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  hash text NOT NULL UNIQUE,
  clinic uuid NOT NULL,
  client uuid NOT NULL,
  name text NOT NULL,
  made timestamptz NOT NULL DEFAULT now(),
  revoked timestamptz,
  FOREIGN KEY (clinic, client) REFERENCES clinic.clients (clinic, client)
);

-- By this a device's token shows that it was made here, so that one that was not is refused without
-- being looked up. Whoever knows the key can have the database asked in vain, and no more.
CREATE TABLE clinic.seal (
  key bytea NOT NULL,
  one boolean PRIMARY KEY DEFAULT true CHECK (one)
);
INSERT INTO clinic.seal (key)
  SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

-- handle: the hash of what is said before anybody is signed in (a passkey's id, a name); NULL for
-- what is asked of somebody who is known by then (a second factor).
CREATE TABLE clinic.credentials (
  credential uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  member uuid NOT NULL REFERENCES clinic.members,
  kind text NOT NULL CHECK (kind IN ('passkey', 'password', 'totp')),
  handle text,
  data jsonb NOT NULL,
  made timestamptz NOT NULL DEFAULT now(),
  UNIQUE (kind, handle)
);
CREATE INDEX credentials_by_member ON clinic.credentials (member);

-- What was done, by whom, to whom; one chain of hashes a clinic. made_in: the transaction, so that
-- a read can't lean on a deed that a rollback would take away again.
CREATE TABLE clinic.deeds (
  clinic uuid NOT NULL REFERENCES clinic.clinics,
  number bigint NOT NULL,
  deed uuid NOT NULL UNIQUE,
  member uuid NOT NULL,
  what text NOT NULL,
  client uuid,
  at timestamptz NOT NULL,
  detail text NOT NULL,
  hash text NOT NULL,
  made_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (clinic, number)
);
CREATE INDEX deeds_by_client ON clinic.deeds (client, number);
CREATE INDEX deeds_by_member ON clinic.deeds (member, what, at);

CREATE TABLE clinic.heads (
  clinic uuid PRIMARY KEY REFERENCES clinic.clinics,
  number bigint NOT NULL DEFAULT 0,
  hash text NOT NULL DEFAULT ''
);
