-- Rules on rows. A table without one gives nothing to anybody.
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'clinic' LOOP
    EXECUTE format('ALTER TABLE clinic.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE clinic.%I FORCE ROW LEVEL SECURITY', name);
  END LOOP;
  FOREACH name IN ARRAY '{clinics,members,clients,assignments,supervision,invitations,devices,
                          credentials,deeds,heads,seal}'::text[] LOOP
    EXECUTE format('CREATE POLICY gate ON clinic.%I TO biocoach_gate USING (true) WITH CHECK (true)',
                   name);
  END LOOP;
END $$;

-- ---- people
CREATE POLICY own ON clinic.clinics FOR SELECT TO biocoach_app
  USING (clinic = (SELECT clinic.at_home()));

CREATE POLICY known ON clinic.members FOR SELECT TO biocoach_app
  USING (member IN (SELECT clinic.known()));
CREATE POLICY add ON clinic.members FOR INSERT TO biocoach_app
  WITH CHECK (clinic = (SELECT clinic.at_home('admin')));
CREATE POLICY change ON clinic.members FOR UPDATE TO biocoach_app
  USING (clinic = (SELECT clinic.at_home('admin')))
  WITH CHECK (clinic = (SELECT clinic.at_home('admin')));

CREATE POLICY seen ON clinic.clients FOR SELECT TO biocoach_app
  USING (client IN (SELECT clinic.seen()) OR clinic = (SELECT clinic.at_home('admin')));
CREATE POLICY add ON clinic.clients FOR INSERT TO biocoach_app
  WITH CHECK (clinic = (SELECT clinic.at_home('admin')));
CREATE POLICY change ON clinic.clients FOR UPDATE TO biocoach_app
  USING (clinic = (SELECT clinic.at_home('admin')))
  WITH CHECK (clinic = (SELECT clinic.at_home('admin')));

CREATE POLICY seen ON clinic.assignments FOR SELECT TO biocoach_app
  USING (client IN (SELECT clinic.seen()) OR clinic = (SELECT clinic.at_home('admin')));
CREATE POLICY add ON clinic.assignments FOR INSERT TO biocoach_app
  WITH CHECK (clinic = (SELECT clinic.at_home('admin')));
CREATE POLICY change ON clinic.assignments FOR UPDATE TO biocoach_app
  USING (clinic = (SELECT clinic.at_home('admin')))
  WITH CHECK (clinic = (SELECT clinic.at_home('admin')));

CREATE POLICY seen ON clinic.supervision FOR SELECT TO biocoach_app
  USING (clinic = (SELECT clinic.at_home()) AND
         ((SELECT clinic.asking()) IN (supervisor, therapist)
          OR clinic = (SELECT clinic.at_home('admin'))));
CREATE POLICY add ON clinic.supervision FOR INSERT TO biocoach_app
  WITH CHECK (clinic = (SELECT clinic.at_home('admin')));
CREATE POLICY change ON clinic.supervision FOR UPDATE TO biocoach_app
  USING (clinic = (SELECT clinic.at_home('admin')))
  WITH CHECK (clinic = (SELECT clinic.at_home('admin')));

CREATE POLICY seen ON clinic.invitations FOR SELECT TO biocoach_app
  USING (clinic = (SELECT clinic.at_home('admin')));
CREATE POLICY add ON clinic.invitations FOR INSERT TO biocoach_app
  WITH CHECK (clinic = (SELECT clinic.at_home('admin')));

CREATE POLICY seen ON clinic.devices FOR SELECT TO biocoach_app
  USING (clinic = (SELECT clinic.at_home('admin'))
         OR (client IN (SELECT clinic.seen())
             AND (SELECT clinic.at_home('practitioner')) IS NOT NULL));
CREATE POLICY revoke ON clinic.devices FOR UPDATE TO biocoach_app
  USING (clinic = (SELECT clinic.at_home('admin'))
         OR (client IN (SELECT clinic.seen())
             AND (SELECT clinic.at_home('practitioner')) IS NOT NULL))
  WITH CHECK (true);

CREATE POLICY own ON clinic.credentials TO biocoach_app
  USING (member = (SELECT clinic.asking()) AND (SELECT clinic.at_home()) IS NOT NULL)
  WITH CHECK (member = (SELECT clinic.asking()) AND (SELECT clinic.at_home()) IS NOT NULL);

-- ---- the audit is read here, and written by clinic.append alone
CREATE POLICY seen ON clinic.deeds FOR SELECT TO biocoach_app
  USING (clinic = (SELECT clinic.at_home('admin'))
         OR (member = (SELECT clinic.asking()) AND clinic = (SELECT clinic.at_home()))
         OR deed IN (SELECT clinic.told_of()));
CREATE POLICY seen ON clinic.heads FOR SELECT TO biocoach_app
  USING (clinic = (SELECT clinic.at_home('admin')));

-- ---- records
CREATE POLICY seen ON clinic.agreed FOR SELECT TO biocoach_app
  USING (client IN (SELECT clinic.seen()));
CREATE POLICY seen ON clinic.journals FOR SELECT TO biocoach_app
  USING (client IN (SELECT clinic.seen()));
CREATE POLICY seen ON clinic.digests FOR SELECT TO biocoach_app
  USING (client IN (SELECT clinic.overseen()));
DO $$ DECLARE name text; BEGIN
  FOREACH name IN ARRAY '{lines,sessions,settings_documents,summaries,thin_reviews}'::text[] LOOP
    EXECUTE format('CREATE POLICY seen ON clinic.%I FOR SELECT TO biocoach_app
                    USING (client = (SELECT clinic.readable()))', name);
  END LOOP;
  FOREACH name IN ARRAY '{agreed,journals,digests,lines,sessions,settings_documents,summaries,
                          thin_reviews}'::text[] LOOP
    EXECUTE format('CREATE POLICY add ON clinic.%I FOR INSERT TO biocoach_app
                    WITH CHECK (client = (SELECT clinic.writable()))', name);
    EXECUTE format('CREATE POLICY change ON clinic.%I FOR UPDATE TO biocoach_app
                    USING (client = (SELECT clinic.writable()))
                    WITH CHECK (client = (SELECT clinic.writable()))', name);
    EXECUTE format('CREATE POLICY take ON clinic.%I FOR DELETE TO biocoach_app
                    USING (client = (SELECT clinic.writable()))', name);
  END LOOP;
END $$;

-- The number of the schema is no secret, and the owner's to write.
ALTER TABLE alembic_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE alembic_version FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON alembic_version USING (true) WITH CHECK (true);
