-- Who is asked about is claimed for each transaction, signed with a key that the service's process holds apart from its
-- database password, and checked here: a password alone shows no tenant's and no customer's row.

-- HMAC-SHA256 with its two pads kept ready (RFC 2104); read by nobody but the owner and the function below.
CREATE TABLE control.claim_keys (
    role      text  NOT NULL,
    id        text  NOT NULL,
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL,
    added_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (role, id)
);
REVOKE ALL ON control.claim_keys FROM PUBLIC;

-- What the transaction's claim says, if it is a true one. Without a claim: nulls, so that no row is visible. A claim that is
-- forged, expired, another service's or another session's is an error that says so.
-- `careline.claim` is `key id:mac in hex:body`; the body's fields, with U+001F between: role, backend's process id, expiry
-- (seconds since 1970), tenant, customer (a sign in front: "=" a customer, "-" nobody), tables read across customers (with commas).
CREATE FUNCTION control.claim(OUT tenant text, OUT customer text, OUT reach text[])
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given  text := current_setting('careline.claim', true);
    key_id text;
    body   text;
    inner_ bytea;
    outer_ bytea;
    parts  text[];
BEGIN
    IF given IS NULL OR given = '' THEN
        RETURN;
    END IF;
    key_id := split_part(given, ':', 1);
    SELECT k.inner_pad, k.outer_pad INTO inner_, outer_ FROM control.claim_keys k WHERE k.role = session_user AND k.id = key_id;
    IF NOT FOUND THEN
        RAISE insufficient_privilege USING MESSAGE = format('the claim is signed with no key of %s', session_user);
    END IF;
    body := substr(given, length(key_id) + 67);  -- two colons, 64 digits
    IF encode(sha256(outer_ || sha256(inner_ || convert_to(body, 'UTF8'))), 'hex')
        <> substr(given, length(key_id) + 2, 64) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the claim''s signature does not fit what it says';
    END IF;
    parts := string_to_array(body, E'\x1f');
    IF parts[1] <> session_user THEN
        RAISE insufficient_privilege USING MESSAGE = 'the claim is another service''s';
    END IF;
    IF parts[2]::integer <> pg_backend_pid() THEN
        RAISE insufficient_privilege USING MESSAGE = 'the claim is another session''s';
    END IF;
    IF to_timestamp(parts[3]::double precision) < now() THEN
        RAISE insufficient_privilege USING MESSAGE = 'the claim has expired';
    END IF;
    tenant := parts[4];
    customer := CASE WHEN left(parts[5], 1) = '=' THEN substr(parts[5], 2) END;
    reach := string_to_array(parts[6], ',');
END $$;
REVOKE ALL ON FUNCTION control.claim FROM PUBLIC;
GRANT EXECUTE ON FUNCTION control.claim
    TO careline_gateway, careline_classifier, careline_retrieval, careline_executor, careline_verifier, careline_insight;

-- Data keys, the audit and what else is kept of persons too. A copy of a tenant ("shop~3") has those of the one that it was copied from.
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['data_keys', 'erased_conversations', 'audit', 'reviews'] LOOP
        EXECUTE format('DROP POLICY own_tenant ON privacy.%I', kept);
        EXECUTE format('CREATE POLICY own_tenant ON privacy.%I
                        USING (tenant = (SELECT split_part(c.tenant, ''~'', 1) FROM control.claim() c))', kept);
    END LOOP;
END $$;
