-- The ledger is visible by a signed claim alone (storage/0004_claims.sql). Each statement asks for it once.

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
