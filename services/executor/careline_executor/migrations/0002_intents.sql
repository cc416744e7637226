-- Operations in other systems, where effect and ledger cannot be one transaction: what is going to be asked is recorded
-- first, then each time it is sent, then what became of it. Append-only, as the ledger is. An intent is settled when
-- there is an entry, a refusal, or an outcome 'void' or 'not_done' with its id.

CREATE TABLE ledger.intents (
    tenant       text NOT NULL,
    id           uuid NOT NULL,           -- the idempotency key
    conversation text NOT NULL,
    turn         text NOT NULL,
    epoch        integer NOT NULL,
    operation    text NOT NULL,
    visitor      text NOT NULL,
    customer     text,
    arguments    jsonb NOT NULL,          -- with their evidence
    diff         jsonb NOT NULL,          -- as approved
    diff_hash    text NOT NULL,
    approval     jsonb NOT NULL,          -- as signed
    language     text NOT NULL,
    asked_at     timestamptz NOT NULL,    -- when the customer wrote
    pack_version text NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id)
);
CREATE INDEX intents_turn ON ledger.intents (tenant, conversation, turn);
CREATE INDEX intents_same ON ledger.intents (tenant, diff_hash);

-- Written before the call leaves. From then on it may have been done, whatever happens to us.
CREATE TABLE ledger.attempts (
    tenant       text NOT NULL,
    id           uuid NOT NULL,
    number       integer NOT NULL,
    conversation text NOT NULL,
    turn         text NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id, number)
);
CREATE INDEX attempts_turn ON ledger.attempts (tenant, conversation, turn);

CREATE TABLE ledger.outcomes (
    tenant       text NOT NULL,
    id           uuid NOT NULL,
    number       bigint GENERATED ALWAYS AS IDENTITY,
    conversation text NOT NULL,
    turn         text NOT NULL,
    -- done, refused: the system says so. void: never sent, the turn was over. not_done: certainly not, a human has it.
    -- unknown: nobody knows, a human has it; may be followed by one of the others.
    status       text NOT NULL CHECK (status IN ('done', 'refused', 'void', 'not_done', 'unknown')),
    source       text NOT NULL CHECK (source IN ('answer', 'query', 'executor', 'human')),
    reason       text,
    "text"       text NOT NULL DEFAULT '', -- what the customer is told
    detail       text NOT NULL DEFAULT '', -- for people inside; no values
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id, number)
);
CREATE UNIQUE INDEX outcomes_once ON ledger.outcomes (tenant, id) WHERE status <> 'unknown';
CREATE UNIQUE INDEX outcomes_unknown_once ON ledger.outcomes (tenant, id) WHERE status = 'unknown';
CREATE INDEX outcomes_turn ON ledger.outcomes (tenant, conversation, turn);

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['intents', 'attempts', 'outcomes'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', kept);
        EXECUTE format('ALTER TABLE ledger.%I ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('ALTER TABLE ledger.%I FORCE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY own_tenant ON ledger.%I USING (tenant = current_setting(''careline.tenant'', true))',
                       kept);
    END LOOP;
END $$;

GRANT SELECT, INSERT ON ledger.intents, ledger.attempts, ledger.outcomes TO careline_executor;
GRANT SELECT ON ledger.intents, ledger.attempts, ledger.outcomes
    TO careline_gateway, careline_verifier, careline_insight;
