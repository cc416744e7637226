-- A turn whose operation has been sent to another system is not superseded either: what became of it is told first.

DO $$
DECLARE
    before text := pg_get_functiondef('gateway.apply'::regproc);
    after text := replace(before, 'IF EXISTS (SELECT FROM ledger.entries l',
        'IF EXISTS (SELECT FROM ledger.attempts a
                   WHERE a.tenant = p_tenant AND a.conversation = p_id AND a.turn = p_guard)
           OR EXISTS (SELECT FROM ledger.entries l');
BEGIN
    IF after = before THEN
        RAISE EXCEPTION 'gateway.apply does not look at ledger.entries any more';
    END IF;
    EXECUTE after;
END $$;
