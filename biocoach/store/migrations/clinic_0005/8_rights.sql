-- Who may do what at all, before any rule on rows is asked.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO biocoach_app;
GRANT SELECT ON alembic_version TO biocoach_app;

GRANT SELECT ON clinic.clinics, clinic.members, clinic.clients, clinic.assignments,
  clinic.supervision, clinic.deeds, clinic.heads TO biocoach_app;
-- The hashes of secrets are compared by the gate and seen by nobody.
GRANT SELECT (clinic, member, kind, made, expires, used) ON clinic.invitations TO biocoach_app;
GRANT SELECT (device, clinic, client, name, made, revoked) ON clinic.devices TO biocoach_app;
GRANT SELECT (credential, member, kind, data, made) ON clinic.credentials TO biocoach_app;
GRANT INSERT (member, clinic, name, roles), UPDATE (name, roles, disabled)
  ON clinic.members TO biocoach_app;
GRANT INSERT (client, clinic, practitioner, alias), UPDATE (alias) ON clinic.clients TO biocoach_app;
GRANT INSERT (client, therapist, clinic), UPDATE (until) ON clinic.assignments TO biocoach_app;
GRANT INSERT (supervisor, therapist, clinic), UPDATE (until) ON clinic.supervision TO biocoach_app;
GRANT INSERT (hash, clinic, member, kind, expires) ON clinic.invitations TO biocoach_app;
GRANT UPDATE (revoked) ON clinic.devices TO biocoach_app;
GRANT INSERT (credential, member, kind, handle, data), UPDATE (data), DELETE
  ON clinic.credentials TO biocoach_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON clinic.journals, clinic.lines, clinic.sessions,
  clinic.settings_documents, clinic.summaries, clinic.thin_reviews, clinic.digests TO biocoach_app;
-- What was agreed to is told for as long as the clinic is.
GRANT SELECT, INSERT (client, item, agreed_utc), UPDATE (withdrawn, withdrawn_utc)
  ON clinic.agreed TO biocoach_app;
GRANT SELECT ON ALL TABLES IN SCHEMA reading TO biocoach_app;

GRANT SELECT ON clinic.clinics, clinic.members, clinic.clients, clinic.assignments,
  clinic.supervision, clinic.invitations, clinic.devices, clinic.credentials, clinic.deeds,
  clinic.heads, clinic.seal TO biocoach_gate;
GRANT INSERT ON clinic.clinics, clinic.members, clinic.invitations, clinic.devices, clinic.deeds,
  clinic.heads TO biocoach_gate;
GRANT UPDATE (used) ON clinic.invitations TO biocoach_gate;
GRANT UPDATE ON clinic.heads TO biocoach_gate;
GRANT DELETE ON clinic.credentials TO biocoach_gate;

GRANT CREATE ON SCHEMA clinic TO biocoach_gate;
DO $$ DECLARE made regprocedure; BEGIN
  FOR made IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'clinic'::regnamespace LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', made);
    EXECUTE format('ALTER FUNCTION %s OWNER TO biocoach_gate', made);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA clinic FROM biocoach_gate;
GRANT EXECUTE ON FUNCTION clinic.asking(), clinic.at_home(text), clinic.seen(), clinic.readable(),
  clinic.writable(), clinic.overseen(), clinic.told_of(), clinic.known(),
  clinic.deed(text, uuid, text), clinic.standing(uuid), clinic.holder(text),
  clinic.credential(text, text), clinic.join_device(text, text, text), clinic.accept(text),
  clinic.invited(text), clinic.seal_key(),
  clinic.drop_credentials(uuid) TO biocoach_app;
