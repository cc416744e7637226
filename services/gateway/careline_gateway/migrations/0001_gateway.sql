-- Conversations, what was shown in them, what became of their turns, and the outbox. One owner: the gateway.

CREATE SCHEMA IF NOT EXISTS gateway;

CREATE TABLE gateway.conversations (
    tenant     text NOT NULL,
    id         text NOT NULL,
    -- Together the fence: the executor commits only what was approved for this epoch and turn.
    epoch      integer NOT NULL,
    turn       text,                    -- the turn in flight
    owner      text NOT NULL CHECK (owner IN ('bot', 'human')),
    agent      text,                    -- the person who has it; null with owner human: one is awaited
    version    bigint NOT NULL,         -- rises with every change; a change of an older version is refused
    position   bigint NOT NULL,         -- of the newest entry
    wake_at    timestamptz,             -- when the sweeper has to look at it
    updated_at timestamptz NOT NULL,
    state      jsonb NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX conversations_wake ON gateway.conversations (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX conversations_human ON gateway.conversations (updated_at) WHERE owner = 'human';

-- What clients see, in order; `body` is exactly what they are sent.
CREATE TABLE gateway.entries (
    tenant       text NOT NULL,
    conversation text NOT NULL,
    position     bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('message', 'status')),
    author       text,
    turn         text,
    client_id    text,
    body         json NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (tenant, conversation, position)
);
CREATE UNIQUE INDEX entries_client ON gateway.entries (tenant, conversation, client_id) WHERE client_id IS NOT NULL;
-- A turn is answered once, whatever arrives twice.
CREATE UNIQUE INDEX entries_reply ON gateway.entries (tenant, conversation, turn) WHERE author = 'bot';

CREATE TABLE gateway.turns (
    tenant       text NOT NULL,
    conversation text NOT NULL,
    turn         text NOT NULL,
    status       text NOT NULL CHECK (status IN ('in_flight', 'superseded', 'delivered', 'handed_over', 'abandoned')),
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (tenant, conversation, turn)
);

-- Events not yet acknowledged by the broker; a row is deleted when it is. `trace` is the W3C trace context.
CREATE TABLE gateway.outbox (
    event_id   uuid PRIMARY KEY,
    topic      text NOT NULL,
    payload    bytea NOT NULL,
    trace      jsonb NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX outbox_age ON gateway.outbox (created_at);

-- One transition in one round trip; JSON travels as text. Holds the conversation's fence, so that the executor cannot commit meanwhile.
-- result: applied | conflict (somebody changed it: `version` and `state` are the current ones, null if there is none)
--         | duplicate (the client's message is stored already: its `position` and `turn`)
--         | settled (the ledger has an entry of the turn to be superseded; nothing is written)
CREATE FUNCTION gateway.apply(
    p_tenant text, p_id text, p_fence bigint, p_version bigint, p_client_id text, p_guard text,
    p_epoch integer, p_turn text, p_owner text, p_agent text, p_position bigint,
    p_wake_at timestamptz, p_at timestamptz, p_state text, p_entries text, p_turns text,
    p_event_ids uuid[], p_topics text[], p_payloads bytea[], p_trace text,
    OUT result text, OUT version bigint, OUT state text, OUT "position" bigint, OUT turn text
) LANGUAGE plpgsql AS $$
BEGIN
    -- The caller waits for the disk itself (gateway.flush), after it has told everybody who may know already.
    PERFORM set_config('synchronous_commit', 'off', true);
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
        IF EXISTS (SELECT FROM ledger.entries l
                   WHERE l.tenant = p_tenant AND l.conversation = p_id AND l.turn = p_guard) THEN
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
            position = p_position, wake_at = p_wake_at, updated_at = p_at, state = p_state::jsonb
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

-- A commit that waits for the disk, and with it for all commits before it. Touches no table.
CREATE FUNCTION gateway.flush() RETURNS void LANGUAGE sql AS $$
    SELECT pg_logical_emit_message(true, 'careline', '')
$$;

GRANT USAGE ON SCHEMA gateway TO careline_gateway, careline_executor, careline_verifier;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA gateway TO careline_gateway;
GRANT EXECUTE ON FUNCTION gateway.apply, gateway.flush TO careline_gateway;
GRANT SELECT (tenant, id, epoch, turn) ON gateway.conversations TO careline_executor, careline_verifier;
