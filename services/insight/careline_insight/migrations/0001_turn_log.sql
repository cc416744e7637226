-- The turn log: every event of every turn, as it was on its topic. A projection: it can be rebuilt from the topics.
CREATE SCHEMA IF NOT EXISTS insight;

CREATE TABLE insight.turn_log (
    event_id     text        PRIMARY KEY,
    tenant       text        NOT NULL,
    conversation text        NOT NULL,
    turn         text        NOT NULL,
    epoch        integer     NOT NULL,
    round        integer     NOT NULL,
    topic        text        NOT NULL,
    type         text        NOT NULL,
    at           timestamptz NOT NULL,
    trace        text        NOT NULL,
    body         jsonb       NOT NULL
);

CREATE INDEX turn_log_turn ON insight.turn_log (turn);
CREATE INDEX turn_log_conversation ON insight.turn_log (tenant, conversation, at);

GRANT USAGE ON SCHEMA insight TO careline_insight;
GRANT SELECT, INSERT ON insight.turn_log TO careline_insight;
