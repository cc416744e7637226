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
-- `careline.claim` has fields with U+001F between: the signature in hex over all that follows it, the key's id, role, backend's
-- process id, expiry (seconds since 1970), tenant, customer (a sign in front: "=" a customer, "-" nobody), tables read across
-- customers (with commas). Few expressions: PL/pgSQL makes each ready anew in a transaction.
CREATE FUNCTION control.claim(OUT tenant text, OUT customer text, OUT reach text[])
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    claim  text := current_setting('careline.claim', true);
    said   text[] := string_to_array(claim, E'\x1f');
    inner_ bytea;
    outer_ bytea;
BEGIN
    IF said[1] IS NULL THEN
        RETURN;
    END IF;
    SELECT k.inner_pad, k.outer_pad INTO inner_, outer_ FROM control.claim_keys k WHERE k.role = session_user AND k.id = said[2];
    IF encode(sha256(outer_ || sha256(inner_ || convert_to(substr(claim, 66), 'UTF8'))), 'hex') = said[1]
        AND said[3] = session_user AND said[4]::integer = pg_backend_pid() AND said[5]::bigint >= extract(epoch FROM now())
    THEN
        tenant := said[6];
        customer := CASE WHEN left(said[7], 1) = '=' THEN substr(said[7], 2) END;
        reach := string_to_array(said[8], ',');
        RETURN;
    END IF;
    RAISE insufficient_privilege USING MESSAGE = CASE
        WHEN inner_ IS NULL THEN format('the claim is signed with no key of %s', session_user)
        WHEN encode(sha256(outer_ || sha256(inner_ || convert_to(substr(claim, 66), 'UTF8'))), 'hex') <> said[1]
            THEN 'the claim''s signature does not fit what it says'
        WHEN said[3] <> session_user THEN 'the claim is another service''s'
        WHEN said[4]::integer <> pg_backend_pid() THEN 'the claim is another session''s'
        ELSE 'the claim has expired'
    END;
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
