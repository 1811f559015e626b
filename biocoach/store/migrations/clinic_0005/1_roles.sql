-- Who there is in the database, beside the owner who runs this.
-- biocoach_app: the server signs in as this one. It owns nothing and every rule holds for it.
-- biocoach_gate: nobody signs in as this one. It owns the few functions that look at people, deeds
--   and devices for the rules, and has no right at all to the tables with a person's record.
DO $$ BEGIN
  IF current_setting('server_version_num')::int < 150000 THEN
    RAISE EXCEPTION 'PostgreSQL 15 or newer is needed: older ones let a view read past the rules';
  END IF;
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION 'the database must be in UTF8: create it anew with ENCODING ''UTF8''';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'biocoach_app') THEN
    CREATE ROLE biocoach_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'biocoach_gate') THEN
    CREATE ROLE biocoach_gate NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
  END IF;
  IF NOT pg_has_role(current_user, 'biocoach_gate', 'MEMBER') THEN
    GRANT biocoach_gate TO CURRENT_USER;
  END IF;
END $$;

CREATE SCHEMA clinic;
CREATE SCHEMA reading;
GRANT USAGE ON SCHEMA clinic TO biocoach_app, biocoach_gate;
GRANT USAGE ON SCHEMA reading TO biocoach_app;
