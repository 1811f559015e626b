-- Who asks, and what they may. Each transaction says it by set_config(…, true): biocoach.member,
-- and biocoach.deed where a record is read or written.
CREATE FUNCTION clinic.asking() RETURNS uuid STABLE LANGUAGE sql
  SET search_path = pg_catalog, pg_temp
  AS $$ SELECT nullif(current_setting('biocoach.member', true), '')::uuid $$;

-- The clinic of whoever asks; none for those who were disabled, or who have not this role.
CREATE FUNCTION clinic.at_home(role text DEFAULT NULL) RETURNS uuid
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT m.clinic FROM clinic.members m
    WHERE m.member = clinic.asking() AND m.disabled IS NULL AND (role IS NULL OR role = ANY (m.roles))
  $$;

-- The clients whom whoever asks may read: themself, those assigned, those of supervised therapists.
CREATE FUNCTION clinic.seen() RETURNS SETOF uuid
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.client FROM clinic.clients c
    WHERE c.practitioner = clinic.asking() AND clinic.at_home('practitioner') IS NOT NULL
    UNION
    SELECT a.client FROM clinic.assignments a
    WHERE a.therapist = clinic.asking() AND a.until IS NULL
      AND clinic.at_home('therapist') IS NOT NULL
    UNION
    SELECT a.client FROM clinic.supervision s
    JOIN clinic.assignments a ON a.therapist = s.therapist AND a.until IS NULL
    WHERE s.supervisor = clinic.asking() AND s.until IS NULL
      AND clinic.at_home('supervisor') IS NOT NULL
  $$;

-- The deed that this transaction leans on: of whoever asks, of the last 12 hours, and committed
-- before. what: the kinds that allow it.
CREATE FUNCTION clinic.named(kinds text[]) RETURNS TABLE (what text, client uuid)
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT d.what, d.client FROM clinic.deeds d
    WHERE d.deed = nullif(current_setting('biocoach.deed', true), '')::uuid
      AND d.member = clinic.asking() AND d.clinic = clinic.at_home() AND d.what = ANY (kinds)
      AND d.at > clock_timestamp() - interval '12 hours'
      AND d.made_in IS DISTINCT FROM pg_current_xact_id_if_assigned()
  $$;

-- The one client whose record this transaction may read.
CREATE FUNCTION clinic.readable() RETURNS uuid
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT n.client FROM clinic.named('{open,read,export,sync,erase}') n
    WHERE n.client IN (SELECT clinic.seen())
  $$;

-- The one whose record it may change: only their own computer, or they themself.
CREATE FUNCTION clinic.writable() RETURNS uuid
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.client FROM clinic.named('{sync,erase}') n
    JOIN clinic.clients c ON c.client = n.client AND c.practitioner = clinic.asking()
    WHERE c.client IN (SELECT clinic.seen())
  $$;

-- The clients whose digests it may read: all of them under a deed of looking at the caseload.
CREATE FUNCTION clinic.overseen() RETURNS SETOF uuid
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT s FROM clinic.seen() s WHERE EXISTS (SELECT FROM clinic.named('{caseload}'))
    UNION SELECT clinic.readable() WHERE clinic.readable() IS NOT NULL
  $$;

-- The deeds that tell of the client who asks: on them, and looks at a caseload they were in then.
CREATE FUNCTION clinic.told_of() RETURNS SETOF uuid
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT d.deed FROM clinic.clients c JOIN clinic.deeds d ON d.client = c.client
    WHERE c.practitioner = clinic.asking() AND clinic.at_home('practitioner') IS NOT NULL
    UNION
    SELECT d.deed FROM clinic.clients c
    JOIN clinic.assignments a ON a.client = c.client
    JOIN clinic.deeds d ON d.what = 'caseload' AND d.at >= a.since
      AND d.at < coalesce(a.until, 'infinity')
      AND (d.member = a.therapist OR EXISTS (
        SELECT FROM clinic.supervision s WHERE s.supervisor = d.member
          AND s.therapist = a.therapist AND d.at >= s.since AND d.at < coalesce(s.until, 'infinity')))
    WHERE c.practitioner = clinic.asking() AND clinic.at_home('practitioner') IS NOT NULL
  $$;

-- The members whom whoever asks may know: an admin all, the staff each other, a client those who
-- see them; and themselves.
CREATE FUNCTION clinic.known() RETURNS SETOF uuid
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT m.member FROM clinic.members m
    WHERE m.clinic = clinic.at_home() AND (
      m.member = clinic.asking()
      OR clinic.at_home('admin') IS NOT NULL
      OR (clinic.at_home('practitioner') IS NULL AND NOT 'practitioner' = ANY (m.roles))
      OR m.member IN (SELECT c.practitioner FROM clinic.clients c
                      WHERE c.client IN (SELECT clinic.seen()))
      OR m.member IN (SELECT d.member FROM clinic.deeds d
                      WHERE d.deed IN (SELECT clinic.told_of()))
      OR m.member IN (SELECT a.therapist FROM clinic.assignments a JOIN clinic.clients c
                      ON c.client = a.client AND c.practitioner = clinic.asking()))
  $$;
