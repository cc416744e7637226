-- What was done for customers, and why: append-only for every role. Written by the executor alone, each entry in the
-- transaction of its effect.

CREATE SCHEMA IF NOT EXISTS ledger;

-- One committed operation. `id` is the idempotency key, so a second commit of the same approval is impossible.
CREATE TABLE ledger.entries (
    tenant       text NOT NULL,
    id           uuid NOT NULL,
    conversation text NOT NULL,
    turn         text NOT NULL,
    epoch        integer NOT NULL,
    operation    text NOT NULL,
    visitor      text NOT NULL,
    customer     text,
    arguments    jsonb NOT NULL,          -- with their evidence
    diff         jsonb NOT NULL,          -- as approved; numbers and moments to come stand as marks
    diff_hash    text NOT NULL,
    written      jsonb NOT NULL,          -- the row changes as they were written
    result       jsonb NOT NULL,          -- values that only the write knew
    reason       text,
    "text"       text NOT NULL,           -- what the customer is told
    case_number  text,
    approval     jsonb NOT NULL,          -- as signed
    pack_version text NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id)
);
CREATE INDEX entries_turn ON ledger.entries (tenant, conversation, turn);

-- Approvals that ended without a write. Kept so that a redelivered one ends the same way again.
CREATE TABLE ledger.refusals (
    tenant       text NOT NULL,
    id           uuid NOT NULL,           -- the idempotency key
    conversation text NOT NULL,
    turn         text NOT NULL,
    operation    text NOT NULL,
    arguments    jsonb NOT NULL,
    diff_hash    text NOT NULL,           -- as approved
    status       text NOT NULL CHECK (status IN ('refused', 'stale')),
    reason       text,
    "text"       text NOT NULL,
    diff         jsonb NOT NULL,          -- as it would be now
    settled_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id)
);
CREATE INDEX refusals_turn ON ledger.refusals (tenant, conversation, turn);

-- Complaints and suggestions. Numbers count up per tenant without gaps.
CREATE TABLE ledger.cases (
    tenant       text NOT NULL,
    number       bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('complaint', 'suggestion')),
    "text"       text NOT NULL,
    conversation text NOT NULL,
    turn         text NOT NULL,
    visitor      text NOT NULL,
    customer     text,
    language     text NOT NULL,
    opened_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, number)
);
CREATE TABLE ledger.case_counters (
    tenant text PRIMARY KEY,
    last   bigint NOT NULL
);

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger.% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['entries', 'refusals', 'cases'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', kept);
    END LOOP;
    FOREACH kept IN ARRAY ARRAY['entries', 'refusals', 'cases', 'case_counters'] LOOP
        EXECUTE format('ALTER TABLE ledger.%I ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('ALTER TABLE ledger.%I FORCE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY own_tenant ON ledger.%I USING (tenant = current_setting(''careline.tenant'', true))',
                       kept);
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA ledger TO careline_executor, careline_gateway, careline_verifier, careline_insight;
GRANT SELECT, INSERT ON ledger.entries, ledger.refusals, ledger.cases TO careline_executor;
GRANT SELECT, INSERT, UPDATE ON ledger.case_counters TO careline_executor;
GRANT SELECT ON ledger.entries, ledger.refusals, ledger.cases TO careline_gateway, careline_verifier, careline_insight;
