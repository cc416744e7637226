-- Customers' data keys, who was erased, and what people did with personal data.

CREATE SCHEMA privacy;

-- One key for each customer, wrapped by the ring's key `under`. A destroyed key leaves its row: a tombstone, so that no late
-- event makes the customer a new one.
CREATE TABLE privacy.data_keys (
    tenant       text        NOT NULL,
    customer     text        NOT NULL,
    under        text        NOT NULL,
    sealed       bytea,
    made_at      timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    PRIMARY KEY (tenant, customer),
    CHECK ((sealed IS NULL) = (destroyed_at IS NOT NULL))
);

-- Conversations that were erased: what arrives late of them is not kept again.
CREATE TABLE privacy.erased_conversations (
    tenant       text        NOT NULL,
    conversation text        NOT NULL,
    erased_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, conversation)
);

-- Who exported, erased or purged what, by counts. Append-only.
CREATE TABLE privacy.audit (
    number   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant   text        NOT NULL,
    customer text,
    action   text        NOT NULL CHECK (action IN ('export', 'erase', 'purge')),
    actor    text        NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    detail   jsonb       NOT NULL
);
CREATE INDEX audit_of_customer ON privacy.audit (tenant, customer);

-- What people think of answers in the sample. Append-only: who thinks otherwise later says so in a further row.
CREATE TABLE privacy.reviews (
    number   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant   text        NOT NULL,
    turn     text        NOT NULL,
    stratum  text        NOT NULL,
    reviewer text        NOT NULL,
    verdict  text        NOT NULL CHECK (verdict IN ('good', 'bad', 'unsure')),
    note     text        NOT NULL DEFAULT '',
    at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reviews_of_turn ON privacy.reviews (tenant, turn);

CREATE FUNCTION privacy.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'privacy.% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['audit', 'reviews', 'erased_conversations'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON privacy.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION privacy.refuse_change()', kept);
    END LOOP;
    FOREACH kept IN ARRAY ARRAY['data_keys', 'erased_conversations', 'audit', 'reviews'] LOOP
        EXECUTE format('ALTER TABLE privacy.%I ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('ALTER TABLE privacy.%I FORCE ROW LEVEL SECURITY', kept);
        -- A copy of a tenant ("shop~3") reads its rows with the keys of the one that it was copied from.
        EXECUTE format('CREATE POLICY own_tenant ON privacy.%I
                        USING (tenant = split_part(current_setting(''careline.tenant'', true), ''~'', 1))', kept);
        EXECUTE format('CREATE POLICY owner ON privacy.%I TO CURRENT_USER USING (true) WITH CHECK (true)', kept);
    END LOOP;
END $$;

-- A key that was destroyed stays so, and no other key takes its place.
CREATE FUNCTION privacy.keep_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.destroyed_at IS NOT NULL THEN
        RAISE EXCEPTION 'the key of this customer was destroyed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER keep_destroyed BEFORE UPDATE OR DELETE ON privacy.data_keys
    FOR EACH ROW EXECUTE FUNCTION privacy.keep_destroyed();

GRANT USAGE ON SCHEMA privacy TO careline_classifier, careline_executor, careline_verifier, careline_insight;
GRANT SELECT ON privacy.data_keys TO careline_classifier, careline_executor, careline_verifier;
GRANT INSERT ON privacy.data_keys TO careline_executor;
