-- Retention. What is old by a business's own policy.yaml goes, in portions, each a transaction with an audit entry of its
-- counts. Nobody who calls can say how old is old: that is read from the published pack.

-- When a business was last purged to the end, and of how many rows.
CREATE TABLE insight.purges (
    tenant text        PRIMARY KEY,
    at     timestamptz NOT NULL,
    actor  text        NOT NULL,
    rows   jsonb       NOT NULL
);

-- At most p_limit rows of each store. state: done | more (some are left) | busy (another one purges) | unknown (no such business).
-- Whoever is being served is not old: a turn is in flight, or a person is awaited.
CREATE FUNCTION insight.purge(p_tenant text, p_actor text, p_limit integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    kept    jsonb;
    old     text[];
    counts  jsonb;
    number  bigint;
    logged  bigint;
BEGIN
    -- Two never purge at once, be they services, jobs or people; a purger that dies leaves the lock.
    IF NOT pg_catalog.pg_try_advisory_xact_lock(7305441286630121) THEN
        RETURN '{"state": "busy"}';
    END IF;
    SELECT jsonb_build_object(
               'conversations', COALESCE((p.document #>> '{policy,retention,conversations}')::integer, 365),
               'turn_log', COALESCE((p.document #>> '{policy,retention,turn_log}')::integer, 90))
      INTO kept FROM control.tenants t JOIN control.packs p ON (p.name, p.version) = (t.pack, t.version)
     WHERE t.id = p_tenant;
    IF kept IS NULL THEN
        RETURN '{"state": "unknown"}';
    END IF;
    SELECT COALESCE(array_agg(c.id), '{}') INTO old FROM (
        SELECT id FROM gateway.conversations
        WHERE tenant = p_tenant AND updated_at < now() - make_interval(days => (kept ->> 'conversations')::integer)
          AND turn IS NULL AND owner = 'bot'
        ORDER BY updated_at LIMIT p_limit FOR UPDATE SKIP LOCKED) c;
    DELETE FROM gateway.entries WHERE tenant = p_tenant AND conversation = ANY(old);
    GET DIAGNOSTICS number = ROW_COUNT;
    counts := jsonb_build_object('messages', number);
    DELETE FROM gateway.turns WHERE tenant = p_tenant AND conversation = ANY(old);
    GET DIAGNOSTICS number = ROW_COUNT;
    counts := counts || jsonb_build_object('turns', number);
    -- Codes are good for minutes; what is left of them is no use to anybody.
    DELETE FROM gateway.challenges WHERE tenant = p_tenant
       AND (conversation = ANY(old) OR expires_at < now() - interval '1 day');
    GET DIAGNOSTICS number = ROW_COUNT;
    counts := counts || jsonb_build_object('one-time codes', number);
    -- A customer's own choice holds until the next one; a choice of nobody known goes with the conversation.
    DELETE FROM gateway.consents WHERE tenant = p_tenant AND customer IS NULL AND conversation = ANY(old);
    GET DIAGNOSTICS number = ROW_COUNT;
    counts := counts || jsonb_build_object('consents', number);
    DELETE FROM gateway.conversations WHERE tenant = p_tenant AND id = ANY(old);
    GET DIAGNOSTICS number = ROW_COUNT;
    counts := counts || jsonb_build_object('conversations', number);
    DELETE FROM insight.turn_log WHERE event_id IN (
        SELECT event_id FROM insight.turn_log
        WHERE tenant = p_tenant AND at < now() - make_interval(days => (kept ->> 'turn_log')::integer) LIMIT p_limit);
    GET DIAGNOSTICS logged = ROW_COUNT;
    counts := counts || jsonb_build_object('turn log', logged);
    IF EXISTS (SELECT FROM jsonb_each_text(counts) WHERE value <> '0') THEN
        INSERT INTO privacy.audit (tenant, action, actor, detail)
        VALUES (p_tenant, 'purge', p_actor, jsonb_build_object('rows', counts, 'days', kept));
    END IF;
    RETURN jsonb_build_object('rows', counts, 'days', kept,
        'state', CASE WHEN number >= p_limit OR logged >= p_limit THEN 'more' ELSE 'done' END);
END $$;

-- The same for a service, at most once in p_every. state may also be: rested (not due yet).
CREATE FUNCTION insight.purge_due(p_tenant text, p_every interval, p_limit integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    done jsonb;
BEGIN
    IF EXISTS (SELECT FROM insight.purges p WHERE p.tenant = p_tenant AND p.at > now() - p_every) THEN
        RETURN '{"state": "rested"}';
    END IF;
    done := insight.purge(p_tenant, session_user::text, p_limit);
    IF done ->> 'state' = 'done' THEN
        INSERT INTO insight.purges AS p (tenant, at, actor, rows) VALUES (p_tenant, now(), session_user, done -> 'rows')
        ON CONFLICT (tenant) DO UPDATE SET at = excluded.at, actor = excluded.actor, rows = excluded.rows;
    END IF;
    RETURN done;
END $$;

REVOKE EXECUTE ON FUNCTION insight.purge, insight.purge_due FROM PUBLIC;
GRANT EXECUTE ON FUNCTION insight.purge_due TO careline_insight;
