-- What the gateway keeps is visible by a signed claim alone, as the ledger and the business tables are (storage/0004_claims.sql). What every
-- turn needs is a function of the owner's that is given the claim and checks it once: a statement and a check for each table would take longer.
-- What a job does for all tenants at once is claimed with "*" in place of a tenant: no row of a conversation is visible by such a claim, and the
-- functions that take it tell where something is to be done, and not what was said. Events on their way are the one exception.

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['entries', 'turns', 'outbox', 'challenges', 'consents', 'doubts'] LOOP
        EXECUTE format('ALTER TABLE gateway.%I ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('ALTER TABLE gateway.%I FORCE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY owner ON gateway.%I TO CURRENT_USER USING (true) WITH CHECK (true)', kept);
    END LOOP;
    FOREACH kept IN ARRAY ARRAY['conversations', 'entries', 'turns', 'challenges', 'consents', 'doubts'] LOOP
        EXECUTE format('CREATE POLICY claimed ON gateway.%I TO careline_gateway
                        USING (tenant = (SELECT c.tenant FROM control.claim() c))', kept);
    END LOOP;
END $$;
CREATE POLICY claimed ON gateway.outbox TO careline_gateway USING ((SELECT c.tenant FROM control.claim() c) = '*');
-- (The policy by which the gateway saw all conversations is dropped by insight/0004, for it is made by executor/0005.)
-- Written by `apply` and nothing else.
REVOKE INSERT, UPDATE, DELETE ON gateway.entries, gateway.turns FROM careline_gateway;
REVOKE INSERT, DELETE ON gateway.conversations FROM careline_gateway;
REVOKE INSERT, UPDATE ON gateway.outbox FROM careline_gateway;
-- Who sends what was left over locks the rows meanwhile, which asks for the right to change some column.
GRANT UPDATE (created_at) ON gateway.outbox TO careline_gateway;

-- For the functions below, which run as the owner with a fixed path: nothing, if `p_claim` is a true claim about p_tenant; else an error. The check of
-- control.claim() once more, without the setting and the result: 20 us of each change of a conversation. Why a claim is not true is said by that one.
CREATE FUNCTION gateway.about(p_claim text, p_tenant text) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    said   text[] := string_to_array(p_claim, E'\x1f');
    inner_ bytea;
    outer_ bytea;
BEGIN
    SELECT k.inner_pad, k.outer_pad INTO inner_, outer_ FROM control.claim_keys k WHERE k.role = session_user AND k.id = said[2];
    IF encode(sha256(outer_ || sha256(inner_ || convert_to(substr(p_claim, 66), 'UTF8'))), 'hex') = said[1]
        AND said[3] = session_user AND said[4]::integer = pg_backend_pid() AND said[5]::bigint >= extract(epoch FROM now())
        AND said[6] = p_tenant
    THEN
        RETURN;
    END IF;
    PERFORM set_config('careline.claim', p_claim, true), control.claim();
    RAISE insufficient_privilege USING MESSAGE = 'there is no claim about this tenant';
END $$;

-- Nulls where there is no such conversation.
CREATE FUNCTION gateway.load(p_claim text, p_tenant text, p_id text, OUT state text, OUT version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gateway.about(p_claim, p_tenant);
    SELECT c.state::text, c.version INTO state, version FROM gateway.conversations c
    WHERE c.tenant = p_tenant AND c.id = p_id;
END $$;

CREATE FUNCTION gateway.read(p_claim text, p_tenant text, p_id text, p_after bigint, p_limit bigint)
RETURNS TABLE ("position" bigint, kind text, body text, author text, turn text, client_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gateway.about(p_claim, p_tenant);
    RETURN QUERY SELECT e.position, e.kind, e.body::text, e.author, e.turn, e.client_id FROM gateway.entries e
    WHERE e.tenant = p_tenant AND e.conversation = p_id AND e.position > p_after ORDER BY e.position LIMIT p_limit;
END $$;

-- How far conversations are.
CREATE FUNCTION gateway.positions(p_claim text, p_tenants text[], p_ids text[])
RETURNS TABLE (tenant text, id text, "position" bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gateway.about(p_claim, '*');
    RETURN QUERY SELECT c.tenant, c.id, c.position FROM gateway.conversations c
    JOIN unnest(p_tenants, p_ids) AS k (tenant, id) ON c.tenant = k.tenant AND c.id = k.id;
END $$;

-- Conversations that have to be looked at; no other gateway gets them before p_lease.
CREATE FUNCTION gateway.due(p_claim text, p_now timestamptz, p_lease timestamptz, p_limit bigint)
RETURNS TABLE (tenant text, id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gateway.about(p_claim, '*');
    RETURN QUERY UPDATE gateway.conversations c SET wake_at = p_lease WHERE (c.tenant, c.id) IN (
        SELECT d.tenant, d.id FROM gateway.conversations d WHERE d.wake_at <= p_now
        ORDER BY d.wake_at LIMIT p_limit FOR UPDATE SKIP LOCKED)
    RETURNING c.tenant, c.id;
END $$;

-- Turns of which it is to be found out what another system did; no other gateway gets them before p_again.
CREATE FUNCTION gateway.doubtful(p_claim text, p_now timestamptz, p_again timestamptz, p_limit bigint)
RETURNS TABLE (tenant text, conversation text, turn text, noted_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gateway.about(p_claim, '*');
    RETURN QUERY UPDATE gateway.doubts d SET look_at = p_again WHERE (d.tenant, d.conversation, d.turn) IN (
        SELECT l.tenant, l.conversation, l.turn FROM gateway.doubts l WHERE l.look_at <= p_now
        ORDER BY l.look_at LIMIT p_limit FOR UPDATE SKIP LOCKED)
    RETURNING d.tenant, d.conversation, d.turn, d.noted_at;
END $$;

-- What people have or are awaited for: the most urgent first, then the longest.
CREATE FUNCTION gateway.inbox(p_claim text, p_limit bigint)
RETURNS TABLE (tenant text, id text, agent text, updated_at timestamptz, urgency text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gateway.about(p_claim, '*');
    RETURN QUERY SELECT c.tenant, c.id, c.agent, c.updated_at, coalesce(c.state->>'urgency', 'normal')
    FROM gateway.conversations c WHERE c.owner = 'human'
    ORDER BY array_position(ARRAY['high', 'normal', 'low'], coalesce(c.state->>'urgency', 'normal')), c.updated_at
    LIMIT p_limit;
END $$;

-- Events that the broker has.
CREATE FUNCTION gateway.sent(p_claim text, p_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gateway.about(p_claim, '*');
    DELETE FROM gateway.outbox o WHERE o.event_id = ANY (p_ids);
END $$;

DROP FUNCTION gateway.apply;

-- One transition in one round trip; JSON travels as text. Holds the conversation's fence, so that the executor cannot commit meanwhile.
-- result: applied | conflict (somebody changed it: `version` and `state` are the current ones, null if there is none)
--         | duplicate (the client's message is stored already: its `position` and `turn`)
--         | settled (the ledger has an entry of the turn to be superseded, or it went to another system; nothing is written)
CREATE FUNCTION gateway.apply(
    p_tenant text, p_id text, p_fence bigint, p_version bigint, p_client_id text, p_guard text,
    p_epoch integer, p_turn text, p_owner text, p_agent text, p_position bigint,
    p_wake_at timestamptz, p_at timestamptz, p_state text, p_entries text, p_turns text,
    p_event_ids uuid[], p_topics text[], p_payloads bytea[], p_trace text, p_durable boolean, p_claim text,
    OUT result text, OUT version bigint, OUT state text, OUT "position" bigint, OUT turn text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gateway.about(p_claim, p_tenant);
    -- Unless durable, the caller waits for the disk itself (gateway.flush), after it has told the services that wait.
    IF NOT p_durable THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    PERFORM pg_advisory_xact_lock(p_fence);
    IF p_client_id IS NOT NULL THEN
        SELECT e.position, e.turn INTO "position", turn FROM gateway.entries e
        WHERE e.tenant = p_tenant AND e.conversation = p_id AND e.client_id = p_client_id;
        IF FOUND THEN
            result := 'duplicate';
            RETURN;
        END IF;
    END IF;
    IF p_guard IS NOT NULL AND gateway.has_effect(p_tenant, p_id, p_guard) THEN
        result := 'settled';
        RETURN;
    END IF;
    IF p_version = 0 THEN
        INSERT INTO gateway.conversations
            (tenant, id, epoch, turn, owner, agent, version, position, wake_at, updated_at, state)
        VALUES (p_tenant, p_id, p_epoch, p_turn, p_owner, p_agent, 1, p_position, p_wake_at, p_at, p_state::jsonb)
        ON CONFLICT DO NOTHING;
    ELSE
        UPDATE gateway.conversations c
        SET epoch = p_epoch, turn = p_turn, owner = p_owner, agent = p_agent, version = p_version + 1,
            position = p_position, updated_at = p_at, state = p_state::jsonb,
            wake_at = CASE WHEN p_wake_at IS NULL OR c.wake_at < p_wake_at THEN c.wake_at ELSE p_wake_at END
        WHERE c.tenant = p_tenant AND c.id = p_id AND c.version = p_version;
    END IF;
    IF NOT FOUND THEN
        SELECT c.version, c.state::text INTO version, state FROM gateway.conversations c
        WHERE c.tenant = p_tenant AND c.id = p_id;
        result := 'conflict';
        RETURN;
    END IF;
    INSERT INTO gateway.entries (tenant, conversation, position, kind, author, turn, client_id, body, at)
    SELECT p_tenant, p_id, r.position, r.kind, r.author, r.turn, r.client_id, r.data::json, p_at
    FROM json_to_recordset(p_entries::json)
        AS r (position bigint, kind text, author text, turn text, client_id text, data text);
    INSERT INTO gateway.turns AS t (tenant, conversation, turn, status, started_at, ended_at)
    SELECT p_tenant, p_id, r.turn, r.status, p_at, CASE WHEN r.status <> 'in_flight' THEN p_at END
    FROM json_to_recordset(p_turns::json) AS r (turn text, status text)
    ON CONFLICT ON CONSTRAINT turns_pkey DO UPDATE SET status = EXCLUDED.status, ended_at = p_at;
    INSERT INTO gateway.outbox (event_id, topic, payload, trace, created_at)
    SELECT o.event_id, o.topic, o.payload, p_trace::jsonb, p_at
    FROM unnest(p_event_ids, p_topics, p_payloads) AS o (event_id, topic, payload)
    ON CONFLICT DO NOTHING;
    result := 'applied';
    version := p_version + 1;
END $$;

-- `has_effect` is asked by `apply`, which has seen a claim.
REVOKE EXECUTE ON FUNCTION gateway.has_effect FROM careline_gateway;
REVOKE EXECUTE ON FUNCTION gateway.about, gateway.load, gateway.read, gateway.positions, gateway.due, gateway.doubtful,
    gateway.inbox, gateway.sent, gateway.apply FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway.load, gateway.read, gateway.positions, gateway.due, gateway.doubtful,
    gateway.inbox, gateway.sent, gateway.apply TO careline_gateway;
