-- A record as biocoach.store.reader knows it: of the client whom the transaction's deed names, and
-- the journal in biocoach.journal. As their reader's rights and no one else's (security_invoker).
CREATE VIEW reading.entries WITH (security_invoker = true) AS
  SELECT seq, person, writer, session, number, boot_id, at_s, wall_utc, kind, body, settings_hash,
         body_sha256, chain_sha256
  FROM clinic.lines
  WHERE client = (SELECT clinic.readable()) AND journal = current_setting('biocoach.journal', true);

CREATE VIEW reading.sessions WITH (security_invoker = true) AS
  SELECT person, session, salt, first_seq, started_utc, last_utc, entries, begun, closed
  FROM clinic.sessions
  WHERE client = (SELECT clinic.readable()) AND journal = current_setting('biocoach.journal', true)
    AND salt IS NOT NULL;

CREATE VIEW reading.settings_documents WITH (security_invoker = true) AS
  SELECT hash, json FROM clinic.settings_documents WHERE client = (SELECT clinic.readable());

CREATE VIEW reading.summaries WITH (security_invoker = true) AS
  SELECT session, json FROM clinic.summaries
  WHERE client = (SELECT clinic.readable()) AND journal = current_setting('biocoach.journal', true);

CREATE VIEW reading.thin_reviews WITH (security_invoker = true) AS
  SELECT session, made_by, json FROM clinic.thin_reviews
  WHERE client = (SELECT clinic.readable()) AND journal = current_setting('biocoach.journal', true);

-- Pictures and voices never come here.
CREATE VIEW reading.attachments WITH (security_invoker = true) AS
  SELECT 0::bigint AS seq, ''::text AS person, ''::text AS wall_utc, ''::text AS media_type,
         NULL::text AS id, NULL::bigint AS length, NULL::text AS sha256, NULL::bytea AS content
  WHERE false;
