-- The ledger is visible by a signed claim alone (storage/0003_claims.sql). Each statement asks for it once.

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['entries', 'refusals', 'cases', 'case_counters', 'intents', 'attempts', 'outcomes'] LOOP
        EXECUTE format('DROP POLICY own_tenant ON ledger.%I', kept);
        EXECUTE format('CREATE POLICY own_tenant ON ledger.%I
                        USING (tenant = (SELECT c.tenant FROM control.claim() c))', kept);
        -- FORCE binds an owner that is no superuser as well; it exports, erases and purges.
        EXECUTE format('CREATE POLICY owner ON ledger.%I TO CURRENT_USER USING (true) WITH CHECK (true)', kept);
    END LOOP;
END $$;

-- Whether something was done for a turn, or sent to another system: all that the gateway asks the ledger while it changes a
-- conversation, in whose transaction there is no claim.
CREATE FUNCTION ledger.has_turn(p_tenant text, p_conversation text, p_turn text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM ledger.attempts a
                   WHERE a.tenant = p_tenant AND a.conversation = p_conversation AND a.turn = p_turn)
        OR EXISTS (SELECT FROM ledger.entries e
                   WHERE e.tenant = p_tenant AND e.conversation = p_conversation AND e.turn = p_turn)
$$;
REVOKE ALL ON FUNCTION ledger.has_turn FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.has_turn TO careline_gateway;

DO $$
DECLARE
    before text := pg_get_functiondef('gateway.apply'::regproc);
    after text := regexp_replace(before, 'IF EXISTS \(SELECT FROM ledger\..*?p_guard\)\s+THEN',
                                 'IF ledger.has_turn(p_tenant, p_id, p_guard) THEN');
BEGIN
    IF after = before OR after ~ 'FROM ledger\.' THEN
        RAISE EXCEPTION 'gateway.apply looks at the ledger in another way now';
    END IF;
    EXECUTE after;
END $$;

-- Insight reads none of it.
REVOKE ALL ON ALL TABLES IN SCHEMA ledger FROM careline_insight;
REVOKE USAGE ON SCHEMA ledger FROM careline_insight;

-- Executor and verifier see which turn a conversation is in, of the tenant that they claim.
ALTER TABLE gateway.conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE gateway.conversations FORCE ROW LEVEL SECURITY;
CREATE POLICY gateway ON gateway.conversations TO careline_gateway USING (true) WITH CHECK (true);
CREATE POLICY owner ON gateway.conversations TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY own_tenant ON gateway.conversations FOR SELECT TO careline_executor, careline_verifier
    USING (tenant = (SELECT c.tenant FROM control.claim() c));
