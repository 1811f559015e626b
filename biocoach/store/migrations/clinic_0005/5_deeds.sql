-- Appending to the audit, and what can be asked before anybody is signed in.

-- The one way into the audit. Its lock on the clinic's head is held until the commit: call it last.
CREATE FUNCTION clinic.append(who uuid, deed_what text, deed_client uuid, deed_detail text)
  RETURNS uuid VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  home uuid; head clinic.heads; made uuid := gen_random_uuid();
  at_ms timestamptz; sealed text;
BEGIN
  SELECT m.clinic INTO home FROM clinic.members m WHERE m.member = who AND m.disabled IS NULL;
  IF home IS NULL OR (deed_client IS NOT NULL AND NOT EXISTS (
      SELECT FROM clinic.clients c WHERE c.client = deed_client AND c.clinic = home)) THEN
    RAISE EXCEPTION 'not open to you' USING ERRCODE = '42501';
  END IF;
  SELECT * INTO head FROM clinic.heads h WHERE h.clinic = home FOR UPDATE;
  at_ms := date_trunc('milliseconds', clock_timestamp());
  sealed := encode(sha256(convert_to(json_build_array(
    head.hash, head.number + 1, made, who, deed_what, deed_client,
    to_char(at_ms AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), deed_detail
  )::text, 'UTF8')), 'hex');
  INSERT INTO clinic.deeds (clinic, number, deed, member, what, client, at, detail, hash)
    VALUES (home, head.number + 1, made, who, deed_what, deed_client, at_ms, deed_detail, sealed);
  UPDATE clinic.heads h SET number = head.number + 1, hash = sealed WHERE h.clinic = home;
  RETURN made;
END $$;

-- As whoever asks. What leads to a record is only for those who may see that client, what changes one
-- for themself alone, any other deed on a client for an admin too.
CREATE FUNCTION clinic.deed(deed_what text, deed_client uuid, deed_detail text)
  RETURNS uuid VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  opens boolean := deed_what IN ('open', 'read', 'export', 'sync', 'erase');
  seen boolean := coalesce(deed_client IN (SELECT clinic.seen()), false);
BEGIN
  IF (opens AND NOT seen) OR
     (deed_what IN ('sync', 'erase') AND clinic.at_home('practitioner') IS NULL) OR
     (deed_client IS NOT NULL AND NOT seen AND clinic.at_home('admin') IS NULL) THEN
    RAISE EXCEPTION 'not open to you' USING ERRCODE = '42501';
  END IF;
  RETURN clinic.append(clinic.asking(), deed_what, deed_client, deed_detail);
END $$;

-- The newest SYNC deed of whoever asks that still carries for an hour at least: a computer says a
-- hello every 15 seconds. No other kind: each look by a person is a deed of its own.
CREATE FUNCTION clinic.standing(deed_client uuid) RETURNS uuid
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT d.deed FROM clinic.deeds d
    WHERE d.member = clinic.asking() AND d.what = 'sync' AND d.client = deed_client
      AND d.at > clock_timestamp() - interval '11 hours'
    ORDER BY d.at DESC LIMIT 1
  $$;

-- ---- before anybody is signed in: by the hash of a secret, and never more than what it opens

CREATE FUNCTION clinic.seal_key() RETURNS bytea
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$ SELECT s.key FROM clinic.seal s $$;

CREATE FUNCTION clinic.holder(token_hash text)
  RETURNS TABLE (device uuid, client uuid, member uuid, clinic uuid)
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT d.device, d.client, m.member, m.clinic FROM clinic.devices d
    JOIN clinic.clients c ON c.client = d.client
    JOIN clinic.members m ON m.member = c.practitioner AND m.disabled IS NULL
    WHERE d.hash = token_hash AND d.revoked IS NULL
  $$;

CREATE FUNCTION clinic.credential(credential_kind text, handle_hash text)
  RETURNS TABLE (credential uuid, member uuid, data jsonb)
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.credential, c.member, c.data FROM clinic.credentials c
    JOIN clinic.members m ON m.member = c.member AND m.disabled IS NULL
    WHERE c.kind = credential_kind AND c.handle = handle_hash
  $$;

CREATE FUNCTION clinic.take_invitation(invitation_kind text, secret_hash text) RETURNS uuid
  VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    UPDATE clinic.invitations i SET used = now() FROM clinic.members m
    WHERE i.hash = secret_hash AND i.kind = invitation_kind AND i.used IS NULL
      AND i.expires > clock_timestamp() AND m.member = i.member AND m.disabled IS NULL
    RETURNING i.member
  $$;

-- A client's computer joins: once, by an invitation's secret.
CREATE FUNCTION clinic.join_device(code_hash text, token_hash text, device_name text)
  RETURNS TABLE (clinic_name text, therapist text, client_alias text)
  VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  who uuid := clinic.take_invitation('device', code_hash); own clinic.clients; made uuid;
BEGIN
  SELECT * INTO own FROM clinic.clients c WHERE c.practitioner = who;
  IF own.client IS NULL THEN RETURN; END IF;
  INSERT INTO clinic.devices (hash, clinic, client, name)
    VALUES (token_hash, own.clinic, own.client, device_name) RETURNING device INTO made;
  RETURN QUERY SELECT k.name, coalesce((
      SELECT m.name FROM clinic.assignments a JOIN clinic.members m ON m.member = a.therapist
      WHERE a.client = own.client AND a.until IS NULL AND m.disabled IS NULL
      ORDER BY a.since LIMIT 1), ''), own.alias
    FROM clinic.clinics k WHERE k.clinic = own.clinic;
  PERFORM clinic.append(who, 'join', own.client, made::text);
END $$;

-- Whom an invitation is for, before they take it up.
CREATE FUNCTION clinic.invited(secret_hash text)
  RETURNS TABLE (member uuid, name text, roles text[], clinic_name text)
  STABLE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT m.member, m.name, m.roles, k.name FROM clinic.invitations i
    JOIN clinic.members m ON m.member = i.member AND m.disabled IS NULL
    JOIN clinic.clinics k ON k.clinic = m.clinic
    WHERE i.hash = secret_hash AND i.kind = 'member' AND i.used IS NULL
      AND i.expires > clock_timestamp()
  $$;

-- Somebody takes up their place: whoever has the secret is that member from now on.
CREATE FUNCTION clinic.accept(secret_hash text) RETURNS uuid
  VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE who uuid := clinic.take_invitation('member', secret_hash);
BEGIN
  IF who IS NOT NULL THEN PERFORM clinic.append(who, 'accept', NULL, ''); END IF;
  RETURN who;
END $$;

-- ---- for an admin, what the rules on rows can't say

CREATE FUNCTION clinic.drop_credentials(whose uuid) RETURNS bigint
  VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, pg_temp
  AS $$
    WITH gone AS (
      DELETE FROM clinic.credentials c USING clinic.members m
      WHERE c.member = whose AND m.member = whose AND m.clinic = clinic.at_home('admin')
      RETURNING 1)
    SELECT count(*) FROM gone
  $$;

-- ---- for the owner: a clinic begins with an admin, who is handed an invitation

CREATE FUNCTION clinic.found(clinic_name text, admin_name text, secret_hash text) RETURNS uuid
  VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE home uuid := gen_random_uuid(); who uuid := gen_random_uuid();
BEGIN
  INSERT INTO clinic.clinics (clinic, name) VALUES (home, clinic_name);
  INSERT INTO clinic.heads (clinic) VALUES (home);
  INSERT INTO clinic.members (member, clinic, name, roles) VALUES (who, home, admin_name, '{admin}');
  INSERT INTO clinic.invitations (hash, clinic, member, kind, expires)
    VALUES (secret_hash, home, who, 'member', now() + interval '7 days');
  PERFORM clinic.append(who, 'found', NULL, clinic_name);
  RETURN who;
END $$;
