-- The ledger is going to be visible by a signed claim alone (careline_executor/migrations/0005_claims.sql), and in the transaction that
-- changes a conversation there is none. What the gateway asks the ledger there is asked by the owner, and answered by yes or no.

-- Whether something was done for a turn, or sent to another system. The tables are the executor's, which come later: looked up when asked.
-- Volatile: it sees what was committed until it is asked, which is after the fence was had.
CREATE FUNCTION gateway.has_effect(p_tenant text, p_conversation text, p_turn text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM ledger.attempts a
                   WHERE a.tenant = p_tenant AND a.conversation = p_conversation AND a.turn = p_turn)
        OR EXISTS (SELECT FROM ledger.entries e
                   WHERE e.tenant = p_tenant AND e.conversation = p_conversation AND e.turn = p_turn);
END $$;
REVOKE ALL ON FUNCTION gateway.has_effect FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway.has_effect TO careline_gateway;

CREATE OR REPLACE FUNCTION gateway.apply(
    p_tenant text, p_id text, p_fence bigint, p_version bigint, p_client_id text, p_guard text,
    p_epoch integer, p_turn text, p_owner text, p_agent text, p_position bigint,
    p_wake_at timestamptz, p_at timestamptz, p_state text, p_entries text, p_turns text,
    p_event_ids uuid[], p_topics text[], p_payloads bytea[], p_trace text, p_durable boolean,
    OUT result text, OUT version bigint, OUT state text, OUT "position" bigint, OUT turn text
) LANGUAGE plpgsql AS $$
BEGIN
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
    IF p_guard IS NOT NULL THEN
        PERFORM set_config('careline.tenant', p_tenant, true);
        IF gateway.has_effect(p_tenant, p_id, p_guard) THEN
            result := 'settled';
            RETURN;
        END IF;
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
